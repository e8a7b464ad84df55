"""Agents' command lines that ask a model, by what the configuration calls the form of their output. Pure: text in, what was said out."""

from ftaction.model.asking import Said
from ftaction.tools.agents import claude, codex, text
from ftaction.tools.agents.agent import Agent, Option, completed

__all__ = ["AGENTS", "Agent", "Option", "Said", "completed"]

AGENTS: dict[str, Agent] = {agent.name: agent for agent in (text.AGENT, claude.AGENT, codex.AGENT)}
