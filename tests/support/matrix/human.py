"""People at the other end: clients of matrix-nio, which shares no code with the SDK under test. Orders and answers are JSON lines.

An order is {"id", "as", "do", ...}; its answer {"id", "value" | "error", "heard"}. `heard` is what that person received since its last answer:
events as they came, and again when a key for them arrived later. A person only receives while obeying an order, so nothing happens between two.
"""

import asyncio
import json
import logging
import os
import sys

from nio import AsyncClient, AsyncClientConfig, EncryptionError, MegolmEvent, RoomMessagesResponse, SyncResponse
from nio.responses import ErrorResponse
from nio.store import SqliteMemoryStore

FILTER = {"presence": {"types": []}, "room": {"timeline": {"limit": 100}, "ephemeral": {"types": []}}}
PAGE = 100
TRUST = {"verified": "verify_device", "unset": "unverify_device", "blacklisted": "blacklist_device", "ignored": "ignore_device"}

logging.getLogger("nio").setLevel(logging.CRITICAL)


def checked(response):
    if isinstance(response, ErrorResponse):
        raise RuntimeError(str(response))
    return response


class Client(AsyncClient):
    """Keeps what arrived as it arrived: nio puts decrypted events in its place."""

    arrived: dict = {}

    async def receive_response(self, response):
        if isinstance(response, SyncResponse):
            self.arrived = {room: list(info.timeline.events) for room, info in response.rooms.join.items()}
        elif isinstance(response, RoomMessagesResponse):
            self.arrived = {response.room_id: list(response.chunk)}
        await super().receive_response(response)


class Person:
    def __init__(self, url):
        # Nothing is kept: a person whose process ends comes back as a new device.
        self.client = Client(url, config=AsyncClientConfig(store=SqliteMemoryStore))
        self.order = asyncio.Lock()
        self.heard = []
        self.known = set()
        self.unread = {}

    # Receiving

    def hear(self, room_id, raw, shown):
        source = raw.source
        if source["event_id"] in self.known:
            return
        self.known.add(source["event_id"])
        if isinstance(raw, MegolmEvent) and shown is raw:
            raw.room_id = room_id
            self.unread[source["event_id"]] = raw
        self.heard.append(self.describe(room_id, raw, shown))

    def describe(self, room_id, raw, shown):
        wire, inside = raw.source, shown.source
        unsigned = wire.get("unsigned") or {}
        encrypted = wire["type"] == "m.room.encrypted"
        redacted = "redacted_because" in unsigned
        readable = not encrypted or shown is not raw
        return {
            "eventId": wire["event_id"],
            "roomId": room_id,
            "sender": wire["sender"],
            "type": inside.get("type", ""),
            "sentAt": wire["origin_server_ts"],
            "content": inside.get("content", {}) if readable else {},
            "encrypted": encrypted,
            "readable": readable or redacted,
            "problem": None if readable or redacted else self.explain(raw),
            "wire": wire["content"],
            "transactionId": unsigned.get("transaction_id"),
            "stateKey": wire.get("state_key"),
            "redacts": wire.get("redacts") or (wire["content"].get("redacts") if wire["type"] == "m.room.redaction" else None),
            "redacted": redacted,
        }

    def has_key(self, event):
        return self.client.olm.inbound_group_store.get(event.room_id, event.sender_key, event.session_id) is not None

    def explain(self, raw):
        """Asks nio only when it has the key: for a missing one it would do more than tell, it would ask for a new session."""
        if not isinstance(raw, MegolmEvent):
            return "not encrypted in a way that is known"
        if not self.has_key(raw):
            return "no room key"
        try:
            self.client.decrypt_event(raw)
            return "readable now"
        except EncryptionError as error:
            return str(error)

    def read_late(self):
        for event_id, raw in list(self.unread.items()):
            if not self.has_key(raw):
                continue
            try:
                shown = self.client.decrypt_event(raw)
            except EncryptionError:
                continue
            del self.unread[event_id]
            self.heard.append(self.describe(raw.room_id, raw, shown))

    async def listen(self, milliseconds=0):
        token = self.client.next_batch
        response = checked(await self.client.sync(milliseconds, FILTER))
        arrived = self.client.arrived
        for room_id, info in response.rooms.join.items():
            if info.timeline.limited and token:
                await self.page_back(room_id, info.timeline.prev_batch)
            for raw, shown in zip(arrived[room_id], info.timeline.events):
                self.hear(room_id, raw, shown)
        await self.keep_keys()
        self.read_late()

    async def page_back(self, room_id, start):
        """Everything between what is known and `start`."""
        pages = []
        while start:
            response = checked(await self.client.room_messages(room_id, start, limit=PAGE))
            page = list(zip(self.client.arrived[room_id], response.chunk))
            new = [pair for pair in page if pair[0].source["event_id"] not in self.known]
            pages.append(new)
            start = response.end if len(new) == len(page) and page else None
        for raw, shown in (pair for page in reversed(pages) for pair in reversed(page)):
            self.hear(room_id, raw, shown)

    async def keep_keys(self):
        """What nio's own loop does after each sync."""
        await self.client.send_to_device_messages()
        if self.client.should_upload_keys:
            checked(await self.client.keys_upload())
        if self.client.should_query_keys:
            checked(await self.client.keys_query())
        if self.client.should_claim_keys:
            checked(await self.client.keys_claim(self.client.get_users_for_key_claiming()))

    async def arrive(self, room_id):
        """Until this client knows the room it just came into, and whether it is encrypted."""
        while room_id not in self.client.rooms:
            await self.listen(1000)
        return room_id

    # Orders

    async def login(self, user, password, device_id=None):
        self.client.user = user
        self.client.device_id = device_id
        answer = checked(await self.client.login(password, device_name="person in a test"))
        checked(await self.client.keys_upload())
        await self.listen()
        keys = self.client.olm.account.identity_keys
        return {
            "userId": answer.user_id,
            "deviceId": answer.device_id,
            "accessToken": answer.access_token,
            "fingerprint": keys["ed25519"],
            "identityKey": keys["curve25519"],
        }

    async def create_room(self, invite=(), encrypted=None, name=None, room_version=None, direct=False, power_levels=None):
        state = [{"type": "m.room.encryption", "state_key": "", "content": {"algorithm": "m.megolm.v1.aes-sha2"}}] if encrypted else []
        answer = checked(
            await self.client.room_create(
                invite=invite, initial_state=state, name=name, room_version=room_version, is_direct=direct, power_level_override=power_levels
            )
        )
        return await self.arrive(answer.room_id)

    async def join(self, room_id):
        checked(await self.client.join(room_id))
        return await self.arrive(room_id)

    async def leave(self, room_id):
        checked(await self.client.room_leave(room_id))

    async def invite(self, room_id, user_id):
        checked(await self.client.room_invite(room_id, user_id))

    async def invited(self):
        await self.listen()
        return list(self.client.invited_rooms)

    async def send(self, room_id, type, content, transaction_id=None, fresh=True):
        """`fresh` first hears who is in the room with which devices, so that nobody's new device is left out by a race."""
        if fresh:
            await self.listen()
        answer = checked(await self.client.room_send(room_id, type, content, transaction_id, ignore_unverified_devices=True))
        return answer.event_id

    async def redact(self, room_id, event_id, reason=None):
        return checked(await self.client.room_redact(room_id, event_id, reason)).event_id

    async def put_state(self, room_id, type, content, state_key=""):
        return checked(await self.client.room_put_state(room_id, type, content, state_key)).event_id

    async def devices(self, user_id):
        await self.listen()
        return [
            {
                "deviceId": device.device_id,
                "fingerprint": device.ed25519,
                "identityKey": device.curve25519,
                "deleted": device.deleted,
                "trust": device.trust_state.name,
            }
            for device in self.client.device_store.active_user_devices(user_id)
        ]

    async def trust(self, user_id, device_id, state):
        await self.listen()
        getattr(self.client, TRUST[state])(self.client.device_store[user_id][device_id])

    async def rotate(self, room_id):
        """The next message is encrypted with a new session, as after /discardsession."""
        self.client.invalidate_outbound_session(room_id)

    async def upload_keys(self):
        if self.client.should_upload_keys:
            checked(await self.client.keys_upload())

    async def logout(self):
        checked(await self.client.logout())
        await self.client.close()


ORDERS = {
    "login", "listen", "create_room", "join", "leave", "invite", "invited", "send", "redact", "put_state", "devices", "trust", "rotate",
    "upload_keys", "logout",
}  # fmt: skip


async def obey(person, order):
    answer = {"id": order.pop("id")}
    try:
        do = order.pop("do")
        if do not in ORDERS:
            raise RuntimeError(f"no such order: {do}")
        async with person.order:
            answer["value"] = await getattr(person, do)(**order)
    except Exception as error:
        answer["error"] = f"{type(error).__name__}: {error}"
    answer["heard"], person.heard = person.heard, []
    sys.stdout.write(json.dumps(answer) + "\n")
    sys.stdout.flush()


async def main():
    lines = asyncio.StreamReader(limit=2**24)
    await asyncio.get_running_loop().connect_read_pipe(lambda: asyncio.StreamReaderProtocol(lines), sys.stdin)
    people = {}
    running = set()
    while line := await lines.readline():
        order = json.loads(line)
        name, url = order.pop("as"), order.pop("url")
        if name not in people:
            people[name] = Person(url)
        task = asyncio.create_task(obey(people[name], order))
        running.add(task)
        task.add_done_callback(running.discard)
    # The tests are gone.
    os._exit(0)


asyncio.run(main())
