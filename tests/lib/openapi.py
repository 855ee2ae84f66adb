# SPDX-License-Identifier: BSD-2-Clause
"""Holds answers of a server against an OpenAPI 3.0 document: every status,
header, media type and body must be one that the document names."""
import json
import re

import jsonschema
import yaml


def as_json_schema(node):
    """OpenAPI's dialect as JSON Schema: nullable becomes a type."""
    if isinstance(node, list):
        return [as_json_schema(item) for item in node]
    if not isinstance(node, dict):
        return node
    copy = {key: as_json_schema(value) for key, value in node.items()}
    if copy.pop("nullable", False) is True and "type" in copy:
        copy["type"] = [copy["type"], "null"]
    return copy


class Document:
    def __init__(self, path):
        with open(path, encoding="utf-8") as file:
            self.root = yaml.safe_load(file)
        self.schemas = as_json_schema(self.root)
        self.resolver = jsonschema.RefResolver("", self.schemas)
        self.seen = set()

    def follow(self, node):
        """What a $ref stands for."""
        while isinstance(node, dict) and "$ref" in node:
            target = self.root
            for name in node["$ref"].lstrip("#/").split("/"):
                target = target[name]
            node = target
        return node

    def references(self):
        """All $ref of the document."""
        found, todo = [], [self.root]
        while todo:
            node = todo.pop()
            if isinstance(node, dict):
                found += [value for key, value in node.items() if key == "$ref"]
                todo += node.values()
            elif isinstance(node, list):
                todo += node
        return found

    def operations(self):
        """(path, METHOD, operation)"""
        return [(path, method.upper(), operation)
                for path, item in self.root["paths"].items() for method, operation in item.items()]

    def answers(self):
        """All (path, METHOD, status) that the document names."""
        return {(path, method, int(status)) for path, method, operation in self.operations()
                for status in operation["responses"]}

    def faults_of(self, value, schema):
        validator = jsonschema.Draft4Validator(
            as_json_schema(schema), resolver=self.resolver,
            format_checker=jsonschema.FormatChecker())
        return ["%s: %s" % (list(error.absolute_path), error.message[:200])
                for error in validator.iter_errors(value)]

    def header_faults(self, response, reply):
        faults = []
        for name, header in response.get("headers", {}).items():
            header = self.follow(header)
            text = reply.header(name)
            if text is None:
                faults += ["no %s" % name] if header.get("required") else []
                continue
            number = self.follow(header["schema"]).get("type") == "integer"
            faults += ["%s: %s" % (name, fault) for fault in self.faults_of(
                int(text) if number and text.isdigit() else text, header["schema"])]
        return faults

    def body_faults(self, response, reply):
        kind = reply.header("Content-Type", "")
        content = response.get("content")
        if content is None:
            return []
        if kind not in content:
            return ["Content-Type is %r, not one of %s" % (kind, list(content))]
        if not re.match(r"application/(problem\+)?json$", kind):
            return []
        try:
            return self.faults_of(json.loads(reply.body), content[kind]["schema"])
        except ValueError as fault:
            return ["not JSON: %s" % fault]

    def faults(self, method, path, reply):
        """What is wrong with an answer; a list of sentences."""
        path = path.partition("?")[0]
        operation = self.root["paths"].get(path, {}).get(method.lower())
        if operation is None:
            # NotFound and MethodNotAllowed are the answers to all the rest.
            name = {404: "NotFound", 405: "MethodNotAllowed"}.get(reply.status)
            if name is None:
                return ["%s %s is not in the document and not refused" % (method, path)]
            response = self.root["components"]["responses"][name]
            # A method that a path does not have is a status of those it has.
            self.seen |= {(path, other.upper(), reply.status)
                          for other in self.root["paths"].get(path, {}) if reply.status == 405}
        else:
            response = operation["responses"].get(str(reply.status))
            if response is None:
                return ["status %d of %s %s is not in the document" % (reply.status, method, path)]
            self.seen.add((path, method, reply.status))
        response = self.follow(response)
        if method == "HEAD":
            return ["a body"] if reply.body else []
        faults = self.header_faults(response, reply) + self.body_faults(response, reply)
        if reply.header("Content-Type") == "application/problem+json" and \
                reply.json()["status"] != reply.status:
            faults.append("the problem has another status")
        return faults
