#!/bin/sh
# A model behind a command, whose every answer takes the same time: answering.sh INTERPRETER CALLS SECONDS <PROMPT >ANSWERS
# The answer is made while it waits, so that the time is fixed whatever the machine does. Each call is a line of the file CALLS.
sleep "$3" &
"$1" -I -S "${0%/*}/answering.py"
echo called >>"$2"
wait
