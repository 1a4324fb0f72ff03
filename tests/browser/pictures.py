"""Pictures of pages that are small enough to be kept: PNG with a palette, made by the browser itself."""

from __future__ import annotations

import base64
from pathlib import Path

from playwright.sync_api import BrowserContext, Page

PALETTE = """async (png) => {
    const bytes = Uint8Array.from(atob(png), (each) => each.charCodeAt(0));
    const bitmap = await createImageBitmap(new Blob([bytes], { type: "image/png" }));
    const { width, height } = bitmap;
    const surface = new OffscreenCanvas(width, height).getContext("2d");
    surface.drawImage(bitmap, 0, 0);
    const pixels = new Uint32Array(surface.getImageData(0, 0, width, height).data.buffer);

    const counts = new Map();
    for (const pixel of pixels) counts.set(pixel, (counts.get(pixel) ?? 0) + 1);
    const parts = (colour) => [colour & 255, (colour >> 8) & 255, (colour >> 16) & 255];
    const byCount = (entries) => [...entries].sort((one, other) => other[1] - one[1]).map(([colour]) => colour);
    const common = byCount(counts).slice(0, 176);
    const rest = new Map();
    for (const [colour, count] of counts)
        if (!common.includes(colour)) {
            const [red, green, blue] = parts(colour).map((part) => part & 0xf0 | 8);
            const mixed = red | (green << 8) | (blue << 16);
            rest.set(mixed, (rest.get(mixed) ?? 0) + count);
        }
    const palette = [...common, ...byCount(rest).slice(0, 256 - common.length)].map(parts);
    const nearest = new Map();
    const indexOf = (colour) => {
        const known = nearest.get(colour);
        if (known !== undefined) return known;
        const [red, green, blue] = parts(colour);
        let [best, least] = [0, Infinity];
        palette.forEach((other, index) => {
            const far = 2 * (red - other[0]) ** 2 + 4 * (green - other[1]) ** 2 + (blue - other[2]) ** 2;
            if (far < least) [best, least] = [index, far];
        });
        nearest.set(colour, best);
        return best;
    };
    const rows = new Uint8Array((width + 1) * height);
    for (let y = 0; y < height; y++)
        for (let x = 0; x < width; x++) rows[y * (width + 1) + x + 1] = indexOf(pixels[y * width + x]);
    const packed = new Response(new Blob([rows]).stream().pipeThrough(new CompressionStream("deflate")));

    const table = Uint32Array.from({ length: 256 }, (_, n) => {
        for (let k = 0; k < 8; k++) n = n & 1 ? 0xedb88320 ^ (n >>> 1) : n >>> 1;
        return n;
    });
    const chunk = (name, data) => {
        const made = new Uint8Array(12 + data.length);
        const view = new DataView(made.buffer);
        view.setUint32(0, data.length);
        made.set([...name].map((letter) => letter.charCodeAt(0)), 4);
        made.set(data, 8);
        let crc = -1;
        for (const byte of made.subarray(4, 8 + data.length)) crc = table[(crc ^ byte) & 255] ^ (crc >>> 8);
        view.setInt32(8 + data.length, ~crc);
        return made;
    };
    const head = new Uint8Array(13);
    new DataView(head.buffer).setUint32(0, width);
    new DataView(head.buffer).setUint32(4, height);
    head.set([8, 3, 0, 0, 0], 8);
    const signature = new Uint8Array([137, 80, 78, 71, 13, 10, 26, 10]);
    const body = [chunk("IHDR", head), chunk("PLTE", Uint8Array.from(palette.flat()))];
    body.push(chunk("IDAT", new Uint8Array(await packed.arrayBuffer())), chunk("IEND", new Uint8Array()));
    const reader = new FileReader();
    reader.readAsDataURL(new Blob([signature, ...body]));
    await new Promise((done) => (reader.onload = done));
    return reader.result.split(",")[1];
}"""


class Camera:
    """Keeps pictures in a folder; has a page of its own for the work."""

    def __init__(self, context: BrowserContext, folder: Path) -> None:
        self._workbench = context.new_page()
        self._folder = folder

    def shoot(self, page: Page, name: str) -> None:
        taken = base64.b64encode(page.screenshot(scale="css", animations="disabled", caret="hide")).decode()
        small: str = self._workbench.evaluate(PALETTE, taken)
        (self._folder / f"{name}.png").write_bytes(base64.b64decode(small))
