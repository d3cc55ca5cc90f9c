"""Part 2 and Part 5 as data, and the pure code that reads them: catalogue, classification, procedures.

`load()` gives the `Book`; `Classifier(book).understand(text)` what a message means; `Book.procedure(fault)` the way to
mend it.
"""

from knowledge.classifier import Classifier
from knowledge.context import Context
from knowledge.dialogue import read_answer
from knowledge.loader import KnowledgeError, load
from knowledge.matters import Matters
from knowledge.model import Book, Procedure, Step
from knowledge.understanding import Candidate, Question, Understanding

__all__ = [
    "Book",
    "Candidate",
    "Classifier",
    "Context",
    "KnowledgeError",
    "Matters",
    "Procedure",
    "Question",
    "Step",
    "Understanding",
    "load",
    "read_answer",
]
