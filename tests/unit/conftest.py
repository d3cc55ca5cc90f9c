"""The shipped knowledge, loaded once for all unit tests."""

import pytest

from knowledge import Book, Classifier, load


@pytest.fixture(scope="session")
def book() -> Book:
    return load()


@pytest.fixture(scope="session")
def classifier(book: Book) -> Classifier:
    return Classifier(book)
