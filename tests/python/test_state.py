"""What one call writes, the next one reads."""

from __future__ import annotations

from sonoran import Instance
from support import ZEROS, Emulator


def test_ranks(instance: Instance) -> None:
    instance.cms.setAccountRanksV2(ZEROS, {"set": ["rank-1"]}).unwrap()
    assert instance.cms.getAccountRanksV2(ZEROS).data == ["rank-1"]
    instance.cms.setAccountRanksV2(ZEROS, {"remove": ["rank-1"]}).unwrap()
    assert instance.cms.getAccountRanksV2(ZEROS).data == []


def test_name_with_characters_of_every_kind(instance: Instance) -> None:
    for name in ("Zoë", "警察", '😀 "quoted" \\ / \' <b>', "a\nb\tc"):
        instance.cms.setAccountNameV2(ZEROS, {"newName": name}).unwrap()
        assert instance.cms.getAccountV2(ZEROS).unwrap()["accName"] == name


def test_session(instance: Instance) -> None:
    started = instance.cms.startSessionV2({"serverId": 1, "accId": ZEROS}).unwrap()
    current = instance.cms.getCurrentSessionV2().unwrap()
    assert current["id"] == started["id"]
    cancelled = instance.cms.cancelSessionV2({"serverId": 1, "accId": ZEROS})
    assert (cancelled.success, cancelled.status, cancelled.data) == (True, 204, None)


def test_disciplinary_record(instance: Instance) -> None:
    before = instance.cms.getDisciplinaryRecordsV2(ZEROS).unwrap()
    instance.cms.addDisciplinaryRecordV2(ZEROS, {"points": 3, "reason": "Late"}).unwrap()
    after = instance.cms.getDisciplinaryRecordsV2(ZEROS).unwrap()
    assert len(after) == len(before) + 1
    assert [record["reason"] for record in after].count("Late") == 1


def test_form_lock(instance: Instance) -> None:
    instance.cms.setFormLockV2(1, {"state": True}).unwrap()
    assert instance.cms.getFormLockV2(1).data is True
    instance.cms.setFormLockV2(1, {"state": False}).unwrap()
    assert instance.cms.getFormLockV2(1).data is False


def test_a_text_stands_for_an_account_to_verify(instance: Instance, emulator: Emulator) -> None:
    assert instance.cms.verifyWhitelist("SOME_API_ID").unwrap() == "ExampleAccount"
    assert instance.cms.verifyWhitelist(ZEROS).unwrap() == "ExampleAccount"
    first, second = (request["body"]["data"][0] for request in emulator.journal())
    assert (first["apiId"], first.get("accId")) == ("SOME_API_ID", None)
    assert (second["apiId"], second["accId"]) == (ZEROS, ZEROS)
