"""The agencies (使用方): their sites, their registered devices, and whom they turn to for what is not ours."""

from sqlalchemy import JSON, Column, UniqueConstraint
from sqlmodel import Field, SQLModel


class Unit(SQLModel, table=True):
    """An agency (使用方)."""

    id: int | None = Field(default=None, primary_key=True)
    name: str = Field(unique=True)
    area: str = ""
    confirmed: bool = True


class Site(SQLModel, table=True):
    """A place where an agency works (院区、办公点): where tickets are, and between which people travel."""

    __table_args__ = (UniqueConstraint("unit_id", "name"),)
    id: int | None = Field(default=None, primary_key=True)
    unit_id: int = Field(foreign_key="unit.id", index=True)
    name: str
    address: str = ""
    area: str = ""
    """The district (片区)."""
    latitude: float | None = None
    longitude: float | None = None
    """Degrees, GCJ-02 as the platforms report positions; none until they are entered."""
    buildings: list[str] = Field(default_factory=list, sa_column=Column(JSON, nullable=False, server_default="[]"))


class Asset(SQLModel, table=True):
    """A registered device with a label: `code` as printed on it, upper case; where it stands as its agency says it."""

    id: int | None = Field(default=None, primary_key=True)
    code: str = Field(unique=True)
    unit_id: int = Field(foreign_key="unit.id", index=True)
    device: str
    """What people call it: 打印机, 电脑."""
    building: str = ""
    floor: str = ""
    room: str = ""
    model: str = ""


class Contact(SQLModel, table=True):
    """Whom an agency's people turn to for a route (R1–R11): one for each agency and route."""

    __table_args__ = (UniqueConstraint("unit_id", "route"),)
    id: int | None = Field(default=None, primary_key=True)
    unit_id: int = Field(foreign_key="unit.id")
    route: str
    name: str
    phone: str
    note: str = ""
