"""What must be asked before every attempt, resumed and repeated ones included.

The engine knows no rules; `pedell.safety` answers. Polls, probes and completions are not asked about: what
has begun is brought to its end.
"""

from __future__ import annotations

from pedell.safety.question import Answer, Gate, Question

__all__ = ["Answer", "Gate", "Question"]
