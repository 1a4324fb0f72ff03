"""The code examples of the seed documents, completed to whole functions where they are fragments.

What the documents leave out (a helper that is only named, an import) is added in the shortest way that works.
"""

from __future__ import annotations

FILE_UPLOAD = """
def process_file(file):
    return {"name": file["name"], "size": len(file["content"])}


class Action:
    def action(self, body, __user__=None, __event_emitter__=None, __event_call__=None):
        file_data = body.get("file")

        if not file_data:
            return {"success": False, "message": "No file provided"}

        # Process the file
        try:
            result = process_file(file_data)
            return {
                "success": True,
                "message": "File processed successfully",
                "data": result
            }
        except Exception as e:
            return {
                "success": False,
                "message": f"Error processing file: {str(e)}"
            }
"""

API_CALL = """
import requests
from pydantic import BaseModel


class Action:
    class Valves(BaseModel):
        api_endpoint: str = ""

    def __init__(self):
        self.valves = self.Valves()

    def action(self, body, __user__=None, __event_emitter__=None, __event_call__=None):
        api_endpoint = self.valves.api_endpoint
        parameters = body.get("parameters", {})

        try:
            response = requests.post(api_endpoint, json=parameters)
            response.raise_for_status()

            return {
                "success": True,
                "message": "API call successful",
                "data": response.json()
            }
        except Exception as e:
            return {
                "success": False,
                "message": f"API call failed: {str(e)}"
            }
"""

DATA_EXPORT = """
import json


def convert_to_csv(rows):
    names = list(rows[0])
    lines = [",".join(names)]
    lines += [",".join(str(row[name]) for name in names) for row in rows]
    return "\\n".join(lines)


class Action:
    def action(self, body, __user__=None, __event_emitter__=None, __event_call__=None):
        export_format = body.get("format", "json")
        data = body.get("data", [])

        try:
            if export_format == "json":
                exported = json.dumps(data, indent=2)
            elif export_format == "csv":
                exported = convert_to_csv(data)
            else:
                return {
                    "success": False,
                    "message": f"Unsupported format: {export_format}"
                }

            return {
                "success": True,
                "message": "Data exported successfully",
                "data": exported,
                "format": export_format
            }
        except Exception as e:
            return {
                "success": False,
                "message": f"Export failed: {str(e)}"
            }
"""

BACKGROUND_TASK = """
import asyncio
import uuid


def generate_task_id():
    return str(uuid.uuid4())


class Action:
    def action(self, body, __user__=None, __event_emitter__=None, __event_call__=None):
        task_params = body.get("parameters", {})

        # Start background task
        asyncio.create_task(self._background_task(task_params, __event_emitter__))

        return {
            "success": True,
            "message": "Background task started",
            "task_id": generate_task_id()
        }

    async def _background_task(self, params, event_emitter):
        # Perform long-running operation
        for i in range(10):
            await asyncio.sleep(1)
            if event_emitter:
                await event_emitter({
                    "type": "progress",
                    "data": {"progress": (i + 1) * 10}
                })
"""

PERMISSION_CHECK = """
class Action:
    def action(self, body, __user__=None, __event_emitter__=None, __event_call__=None):
        # Check user permissions
        if not __user__ or not self._has_permission(__user__, "execute"):
            return {
                "success": False,
                "message": "Insufficient permissions"
            }

        # Proceed with action
        result = self._execute_privileged_action(body)

        return {
            "success": True,
            "message": "Action executed",
            "data": result
        }

    def _has_permission(self, user, permission):
        user_role = user.get("role", "user")
        return user_role in ["admin", "moderator"]

    def _execute_privileged_action(self, body):
        return {"messages": len(body["messages"])}
"""

CALCULATOR = """
from pydantic import BaseModel


class Action:
    class Valves(BaseModel):
        pass

    def __init__(self):
        self.type = "action"
        self.id = "calculator"
        self.name = "Calculator Action"
        self.valves = self.Valves()

    def action(self, body, __user__=None, __event_emitter__=None, __event_call__=None):
        operation = body.get("operation")
        num1 = body.get("num1", 0)
        num2 = body.get("num2", 0)

        try:
            if operation == "add":
                result = num1 + num2
            elif operation == "subtract":
                result = num1 - num2
            elif operation == "multiply":
                result = num1 * num2
            elif operation == "divide":
                if num2 == 0:
                    return {
                        "success": False,
                        "message": "Division by zero"
                    }
                result = num1 / num2
            else:
                return {
                    "success": False,
                    "message": f"Unknown operation: {operation}"
                }

            return {
                "success": True,
                "message": "Calculation complete",
                "data": {
                    "operation": operation,
                    "result": result
                }
            }
        except Exception as e:
            return {
                "success": False,
                "message": f"Calculation error: {str(e)}"
            }
"""

DEBUG_PRINTS = """
from pydantic import BaseModel, Field
from typing import Any, Awaitable, Callable, Dict, Optional


class Action:
    class Valves(BaseModel):
        priority: int = Field(
            default=0,
            description="Priority of the action function"
        )
        # Add your custom parameters here

    class UserValves(BaseModel):
        # Add user-specific parameters here
        pass

    def __init__(self):
        self.type = "action"
        self.id = "your_action_id"
        self.name = "Your Action Name"
        self.valves = self.Valves()

    async def action(
        self,
        body: Dict[str, Any],
        __user__: Optional[Dict[str, Any]] = None,
        __event_emitter__: Optional[Callable[[dict], Awaitable[None]]] = None,
        __event_call__: Optional[Callable[[dict], Awaitable[dict]]] = None,
    ) -> Optional[Dict[str, Any]]:
        print(f"Action called with body: {body}")
        print(f"User: {__user__.get('name') if __user__ else 'None'}")

        if __event_emitter__:
            await __event_emitter__({
                "type": "status",  # or "progress", "message", etc.
                "data": {
                    "description": "Processing...",
                    "done": False
                }
            })
        result = {"success": True, "message": "Described", "data": {}}

        print(f"Returning result: {result}")
        return result
"""

ENHANCE = '''
class Action:
    async def action(self, body: dict, __user__=None, __event_emitter__=None, __event_call__=None):
        # Request user input for enhancement type
        enhancement = await __event_call__({
            "type": "select",
            "data": {
                "title": "Enhance Message",
                "options": [
                    {"label": "Formal Tone", "value": "formal"},
                    {"label": "Simplify Language", "value": "simple"},
                    {"label": "Add Examples", "value": "examples"}
                ],
                "default": "formal"
            }
        })

        # Show processing status
        await __event_emitter__({
            "type": "status",
            "data": {"description": "Enhancing message...", "done": False}
        })

        # Process enhancement (mock implementation)
        enhanced_text = await self._enhance_message(body['content'], enhancement)

        # Return enhanced message
        return {
            "content": enhanced_text,
            "metadata": {
                "original_message": body['content'],
                "enhancement_type": enhancement
            }
        }

    async def _enhance_message(self, text: str, style: str) -> str:
        """Apply text transformations based on enhancement type"""
        styles = {
            "formal": f"Formal version: {text.capitalize()}",
            "simple": f"Simplified: {text.lower()}",
            "examples": f"{text}\\n\\nExamples:\\n- Example 1\\n- Example 2"
        }
        return styles.get(style, text)
'''

# As in the document, whose f-string in `_generate_chart` lacks a closing brace.
VISUALIZE = '''
class Action:
    async def action(self, body: dict, __event_emitter__=None, __event_call__=None):
        # Extract potential data structures from message
        data = self._extract_structured_data(body['content'])

        if not data:
            return {"error": "No structured data found"}

        # Let user select visualization type
        viz_type = await __event_call__({
            "type": "select",
            "data": {
                "title": "Visualization Type",
                "options": [
                    {"label": "Bar Chart", "value": "bar"},
                    {"label": "Line Graph", "value": "line"},
                    {"label": "Pie Chart", "value": "pie"}
                ]
            }
        })

        # Generate visualization
        chart_url = await self._generate_chart(data, viz_type)

        # Return HTML embed
        return {
            "content": f"<img src='{chart_url}' alt='Generated chart'>",
            "metadata": {
                "chart_type": viz_type,
                "data_points": len(data)
            }
        }

    def _extract_structured_data(self, text: str) -> list:
        """Extract potential data points from message text"""
        import re
        # Simple pattern matching for demonstration
        return re.findall(r'\\b\\d+\\b', text)

    async def _generate_chart(self, data: list, chart_type: str) -> str:
        """Generate chart using visualization service"""
        # In production, replace with actual API call
        return f"https://quickchart.io/chart?c={{type:'{chart_type}',data:{{labels:{data},datasets:[{{data:{data}}]}}}}"
'''

WEATHER = '''
import requests
from pydantic import BaseModel, Field


class Action:
    class Valves(BaseModel):
        weather_api_key: str = Field(..., description="OpenWeatherMap API key")
        default_location: str = Field("New York", description="Fallback location")
        timeout: int = Field(default=30, description="Request timeout in seconds")

    def __init__(self):
        self.valves = self.Valves()

    async def action(self, body: dict, __event_emitter__=None, __event_call__=None):
        # Extract location from message or request input
        location = self._extract_location(body['content'])

        if not location:
            response = await __event_call__({
                "type": "input",
                "data": {
                    "title": "Weather Check",
                    "message": "Enter location for weather:",
                    "placeholder": self.valves.default_location
                }
            })
            location = response or self.valves.default_location

        # Get weather data
        weather = await self._fetch_weather(location)

        # Format response
        return {
            "content": (
                f"Weather in {location}:\\n"
                f"Temperature: {weather['temp']}°C\\n"
                f"Conditions: {weather['description']}\\n"
                f"Humidity: {weather['humidity']}%"
            ),
            "metadata": {
                "location": location,
                "source": "OpenWeatherMap"
            }
        }

    def _extract_location(self, text):
        return text.partition(" in ")[2]

    async def _fetch_weather(self, location: str) -> dict:
        """Fetch weather data from API"""
        url = f"https://api.openweathermap.org/data/2.5/weather?q={location}&appid={self.valves.weather_api_key}&units=metric"
        async with requests.AsyncClient() as client:
            response = await client.get(url, timeout=self.valves.timeout)
            data = response.json()
            return {
                "temp": data['main']['temp'],
                "description": data['weather'][0]['description'],
                "humidity": data['main']['humidity']
            }
'''

MULTI_STEP = """
class Action:
    async def action(self, body: dict, __event_emitter__=None, __event_call__=None):
        # Step 1: Confirm action
        confirm = await __event_call__({
            "type": "confirm",
            "data": {
                "title": "Data Analysis",
                "message": "This will process the message for insights. Continue?"
            }
        })
        if not confirm:
            return {"status": "cancelled"}

        # Step 2: Select analysis type
        analysis_type = await __event_call__({
            "type": "select",
            "data": {
                "options": [
                    {"label": "Sentiment Analysis", "value": "sentiment"},
                    {"label": "Keyword Extraction", "value": "keywords"},
                    {"label": "Summary Generation", "value": "summary"}
                ]
            }
        })

        # Step 3: Process analysis
        result = await self._analyze_content(body['content'], analysis_type)

        return {
            "content": result,
            "metadata": {"analysis_type": analysis_type}
        }

    async def _analyze_content(self, text, kind):
        return f"{kind} of {len(text.split())} words"
"""

PROGRESS = """
import asyncio


class Action:
    async def action(self, body: dict, __event_emitter__=None, __event_call__=None):
        await __event_emitter__({
            "type": "status",
            "data": {"description": "Starting process...", "done": 0}
        })

        for i in range(1, 6):
            await asyncio.sleep(0.5)  # Simulate work
            await __event_emitter__({
                "type": "status",
                "data": {"description": f"Processing step {i}/5", "done": i/5}
            })

        await __event_emitter__({
            "type": "status",
            "data": {"description": "Process complete", "done": 1}
        })

        return {"content": "Operation completed successfully"}
"""

DEBUG_TRACEBACK = """
import traceback


class Action:
    async def action(self, body: dict, **kwargs):
        # Log initial state
        print(f"Action triggered with: {body}")

        try:
            # Your action logic
            result = await self._process_action(body)

            # Log successful completion
            print(f"Action completed: {result}")
            return result

        except Exception as e:
            # Log errors
            print(f"Action failed: {str(e)}")
            return {
                "error": str(e),
                "traceback": traceback.format_exc()
            }

    async def _process_action(self, body):
        return {"content": str(10 / body["by"])}
"""

TEMPLATE = '''
"""
title: [Your Action Name]
author: [Your Name]
author_url: [Your GitHub/Website]
funding_url: [Optional Sponsorship Link]
version: [Semantic Version]
required_open_webui_version: [Minimum Compatible Version]
"""

from pydantic import BaseModel, Field
from typing import Optional, Union, Generator, Iterator
import os
import requests
import asyncio

class Action:
    class Valves(BaseModel):
        api_key: str = Field(default="", description="Third-party API key")
        max_retries: int = Field(default=3, description="Maximum retry attempts")
        timeout: int = Field(default=30, description="Request timeout in seconds")
        enable_logging: bool = Field(default=True, description="Enable debug logging")

    def __init__(self):
        self.valves = self.Valves()

    async def action(
        self,
        body: dict,
        __user__=None,
        __event_emitter__=None,
        __event_call__=None,
    ) -> Optional[dict]:
        """Core action logic"""
        pass
'''
