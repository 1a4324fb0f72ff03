"""
title: Calculate
author: Penstock
version: 1.0.0
license: Apache-2.0
description: Arithmetic: asks for an expression in a chat; over the API it takes `operation`, `num1` and `num2`.
icon_url: data:image/svg+xml,%3Csvg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 24 24' fill='none' stroke='currentColor' stroke-width='2' stroke-linecap='round'%3E%3Crect x='5' y='3' width='14' height='18' rx='2'/%3E%3Cpath d='M9 7h6M9 12h.01M12 12h.01M15 12h.01M9 16h.01M12 16h.01M15 16h.01'/%3E%3C/svg%3E
install: global
"""

import ast
import operator

OPERATIONS = {"add": operator.add, "subtract": operator.sub, "multiply": operator.mul, "divide": operator.truediv}
SIGNS = {ast.Add: operator.add, ast.Sub: operator.sub, ast.Mult: operator.mul, ast.Div: operator.truediv}


class Action:
    async def action(self, body: dict, __event_call__=None):
        if "operation" in body:
            return named(body["operation"], body.get("num1", 0), body.get("num2", 0))
        question = {"title": "Calculate", "message": "Numbers with + - * / and brackets", "placeholder": "(2 + 3) * 4"}
        expression = await __event_call__({"type": "input", "data": question})
        if not expression:
            return {"status": "cancelled"}
        try:
            result = value(ast.parse(expression, mode="eval").body)
        except ZeroDivisionError:
            return {"success": False, "message": "Division by zero"}
        except (SyntaxError, ValueError, OverflowError) as wrong:
            return {"success": False, "message": f"Cannot calculate {expression!r}: {wrong}"}
        return {
            "success": True,
            "message": f"{expression} = {result:g}",
            "data": {"expression": expression, "result": result},
        }


def named(name: str, first: float, second: float) -> dict:
    if name not in OPERATIONS:
        return {"success": False, "message": f"Unknown operation: {name}"}
    if name == "divide" and second == 0:
        return {"success": False, "message": "Division by zero"}
    result = OPERATIONS[name](first, second)
    return {"success": True, "message": "Calculation complete", "data": {"operation": name, "result": result}}


def value(node: ast.expr) -> float:
    if isinstance(node, ast.Constant) and isinstance(node.value, int | float):
        return node.value
    if isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.USub):
        return -value(node.operand)
    if isinstance(node, ast.BinOp) and type(node.op) in SIGNS:
        return SIGNS[type(node.op)](value(node.left), value(node.right))
    raise ValueError("only numbers, + - * / and brackets")
