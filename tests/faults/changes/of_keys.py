"""Keys of persons, and what is sealed under them."""

import base64
import os

from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from sqlalchemy import select, text

from adapters.store.master_key import MasterKey
from adapters.store.schema import person_keys
from adapters.store.wrapping import NONCE, unwrapped
from tests.faults.changes.change import Office, Told, change


@change
def a_key_is_put_in_the_place_of_another(office: Office) -> Told:
    intake = office.log.of("application.intake_registered")
    name = intake.data["applicant"]["name"]["key"]
    office.connection.execute(
        text(
            "update person_keys set wrapped = (select wrapped from person_keys as o where o.key <> :name "
            "order by o.key limit 1) where key = :name"
        ),
        {"name": name},
    )
    return Told("keys", f"the row {name} of person_keys is damaged")


@change
def a_name_is_that_of_somebody_else(office: Office) -> Told:
    one = office.log.of("application.intake_registered")
    mine = one.data["applicant"]
    other = office.log.of(
        "application.intake_registered", lambda r: r.data["applicant"]["applicant_id"] != mine["applicant_id"]
    )
    mine["name"] = other.data["applicant"]["name"]
    return Told(
        one, f"its name is sealed under the key of {mine['name']['key']}, not of applicant/{mine['applicant_id']}"
    )


@change
def a_sealed_text_is_that_of_another_field(office: Office) -> Told:
    row = office.log.of("application.intake_registered", lambda r: bool(r.data["applicant"]["phone"]))
    row.data["applicant"]["phone"] = row.data["applicant"]["name"]
    return Told(row, "its phone does not open under the key of")


@change
def a_name_is_sealed_by_another_hand(office: Office) -> Told:
    row = office.log.of("application.intake_registered")
    sealed = row.data["applicant"]["name"]
    found = office.connection.execute(select(person_keys).where(person_keys.c.key == sealed["key"])).one()
    master = MasterKey(office.folder / "master.key").called(found.master)
    assert master is not None
    secret, nonce = unwrapped(master, found.key, bytes(found.wrapped)), os.urandom(NONCE)
    box = nonce + AESGCM(secret).encrypt(nonce, "某甲".encode(), f"{found.key} name".encode())
    sealed["box"] = base64.urlsafe_b64encode(box).decode()
    return Told(row, "its nonce does not follow from the text")
