"""How eventsourcing finds this store: the infrastructure factory that ``PERSISTENCE_MODULE`` names."""

from typing import Any, cast

from eventsourcing.persistence import (
    AggregateRecorder,
    ApplicationRecorder,
    InfrastructureFactory,
    Mapper,
    ProcessRecorder,
    TrackingRecorder,
    Transcoder,
)
from eventsourcing.utils import Environment, EnvType

from adapters.store.codec import RecordMapper
from adapters.store.driver.database import connect
from adapters.store.recorder import Recorder


class Factory(InfrastructureFactory[TrackingRecorder]):
    """Makes the mapper and the one recorder for the database that ``DATABASE_URL`` names."""

    def __init__(self, env: Environment | EnvType | None) -> None:
        super().__init__(env)
        self.engine = connect(self.env.get("DATABASE_URL") or "")
        self._recorder = Recorder(self.engine)

    def mapper(self, transcoder: Transcoder | None = None, mapper_class: Any = None) -> Mapper[Any]:
        return cast("Mapper[Any]", RecordMapper(transcoder=transcoder or self.transcoder()))

    def application_recorder(self) -> ApplicationRecorder:
        return self._recorder

    def aggregate_recorder(self, purpose: str = "events") -> AggregateRecorder:
        if purpose != "events":
            raise ValueError(f"this store keeps events, not {purpose}")
        return self._recorder

    def tracking_recorder(self, tracking_recorder_class: Any = None) -> Any:
        raise TypeError("views keep their own positions; see projections/engine/runner.py")

    def process_recorder(self) -> ProcessRecorder:
        raise TypeError("views keep their own positions; see projections/engine/runner.py")

    def close(self) -> None:
        self._recorder.close()
        self.engine.dispose()
