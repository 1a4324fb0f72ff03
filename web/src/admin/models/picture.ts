/** A picture as small as it is shown, in an address of its own: nothing of it lies anywhere else. */

const SIZE = 128;
export const TYPES = "image/png,image/jpeg,image/webp,image/gif,image/svg+xml";

/** Throws what the browser says about a file that it cannot read as a picture. */
export async function smallPicture(file: File): Promise<string> {
  const address = URL.createObjectURL(file);
  try {
    const image = new Image();
    image.src = address;
    await image.decode();
    const canvas = document.createElement("canvas");
    canvas.width = canvas.height = SIZE;
    const scale = SIZE / Math.min(image.naturalWidth || SIZE, image.naturalHeight || SIZE);
    const [width, height] = [(image.naturalWidth || SIZE) * scale, (image.naturalHeight || SIZE) * scale];
    canvas.getContext("2d")?.drawImage(image, (SIZE - width) / 2, (SIZE - height) / 2, width, height);
    return canvas.toDataURL("image/png");
  } finally {
    URL.revokeObjectURL(address);
  }
}
