#!/usr/bin/env python3
"""Reads the examples of this folder and prints the commands in them, one a line: FILE<TAB>COMMAND.

Fails when a file is no YAML or a command is missing. Needs PyYAML.
    docs/deploy/check.py
"""
import pathlib
import sys

import yaml

EXPECTED = {
    "kubernetes-job.yaml": lambda d: [" ".join(c["command"]) for c in d["spec"]["template"]["spec"]["containers"]],
    "kubernetes-init-container.yaml": lambda d: [
        " ".join(c["command"])
        for part in ("initContainers", "containers")
        for c in d["spec"]["template"]["spec"][part]
    ],
    "render.yaml": lambda d: [s["preDeployCommand"] for s in d["services"]],
    "github-actions.yaml": lambda d: [s["run"] for s in d["jobs"]["deploy"]["steps"] if "java -jar" in s.get("run", "")],
}

folder = pathlib.Path(__file__).parent
files = {path.name for path in folder.glob("*.yaml")}
if files != set(EXPECTED):
    sys.exit(f"not checked, or missing: {sorted(files ^ set(EXPECTED))}")
for name, commands in EXPECTED.items():
    found = commands(yaml.safe_load((folder / name).read_text(encoding="utf-8")))
    if not found or not all("java -jar" in command for command in found):
        sys.exit(f"{name}: no command")
    for command in found:
        print(f"{name}\t{command}")
