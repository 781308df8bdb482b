"""Joining by invite, inviting, and who has access."""

from dataclasses import replace

from bot.buttons.access import (
    AssignCustomers,
    InviteRole,
    InviteUser,
    RevokeInvite,
    SetActive,
    SetManager,
    ShowInvite,
    ShowUser,
    ShowUsers,
)
from bot.buttons.qualifications import ShowQualifications
from bot.commands import OFFICE
from bot.handlers.home import home_row
from bot.routes import Routes
from bot.screens import Button, Screen, page_of, page_row
from bot.services import access, qualifications
from bot.services.access import Colleague, Invitation
from bot.turn import Turn
from domain.ids import UserId
from domain.people.model import Role

routes = Routes()
ADMINS = frozenset({Role.ADMIN})
PAGE = 8


@routes.on(ShowInvite, OFFICE)
async def show_invite(turn: Turn, at: ShowInvite) -> Screen:
    """People on the list who have not joined, and roles for those who are not on it yet."""
    _ = turn.words._
    waiting = [one for one in await access.colleagues(turn.deps, turn.viewer) if one.user.telegram_id is None]
    shown, page, pages = page_of([one for one in waiting if one.user.is_active], at.page, PAGE)
    rows = [[Button(_name(turn, one), InviteUser(one.user.id))] for one in shown]
    rows += page_row(page, pages, ShowInvite)
    rows.append([Button(_("New rep"), InviteRole(Role.REP))])
    if turn.viewer.role is Role.ADMIN:
        rows[-1] += [
            Button(_("New manager"), InviteRole(Role.MANAGER)),
            Button(_("New admin"), InviteRole(Role.ADMIN)),
        ]
    rows.append(home_row(turn))
    return Screen(turn.text("invite", waiting=len(waiting)), rows)


@routes.on(InviteUser, OFFICE)
async def invite_user(turn: Turn, at: InviteUser) -> Screen:
    """A link for somebody on the list."""
    invitation = await access.invite_known(turn.deps, turn.viewer, UserId(at.user), turn.now)
    return _link(turn, invitation)


@routes.on(InviteRole, OFFICE)
async def invite_role(turn: Turn, at: InviteRole) -> Screen:
    """A link for somebody new; an admin first says to which manager a new rep belongs."""
    if at.role is Role.REP and turn.viewer.role is Role.ADMIN and at.manager is None:
        managers = await _managers(turn)
        if len(managers) > 1:
            rows = [[Button(_name(turn, one), InviteRole(Role.REP, one.user.id))] for one in managers]
            return Screen(turn.text("invite_manager"), [*rows, home_row(turn)])
        at = replace(at, manager=managers[0].user.id if managers else None)
    manager = UserId(at.manager) if at.manager is not None else None
    return _link(turn, await access.invite_new(turn.deps, turn.viewer, at.role, "", manager, turn.now))


async def invite_in_words(turn: Turn, wanted: str) -> Screen:
    """`/invite rep Li Na`: a link for a person named in words; without words the screen."""
    role_word, _, name = wanted.partition(" ")
    if role_word.casefold() not in set(Role) or not name.strip():
        return await show_invite(turn, ShowInvite())
    role = Role(role_word.casefold())
    managers = await _managers(turn) if turn.viewer.role is Role.ADMIN and role is Role.REP else []
    manager = managers[0].user.id if len(managers) == 1 else None
    name = " ".join(name.split())[:80]
    return _link(turn, await access.invite_new(turn.deps, turn.viewer, role, name, manager, turn.now))


@routes.on(RevokeInvite, OFFICE)
async def revoke_invite(turn: Turn, at: RevokeInvite) -> Screen:
    """Make a person's open links useless."""
    await access.revoke(turn.deps, turn.viewer, UserId(at.user), turn.now)
    return replace(await show_user(turn, ShowUser(at.user)), toast=turn.words._("The link no longer works"))


@routes.on(ShowUsers, OFFICE)
async def show_users(turn: Turn, at: ShowUsers) -> Screen:
    """Everyone with access, the waiting and the closed ones marked."""
    everyone = await access.colleagues(turn.deps, turn.viewer)
    wanting = await qualifications.wanting(turn.deps, [one.user for one in everyone], turn.today)
    shown, page, pages = page_of(everyone, at.page, PAGE)
    rows = [[Button(_label(turn, one), ShowUser(one.user.id))] for one in shown]
    rows += page_row(page, pages, ShowUsers)
    rows.append([Button(turn.words._("Invite"), ShowInvite()), *home_row(turn)])
    return Screen(turn.text("users", everyone=everyone, wanting=wanting), rows)


@routes.on(ShowUser, OFFICE)
async def show_user(turn: Turn, at: ShowUser) -> Screen:
    """One person: role, manager, state, and what the viewer may change."""
    _ = turn.words._
    one = await access.colleague(turn.deps, turn.viewer, UserId(at.user))
    async with turn.deps.db.read() as uow:
        unassigned = await uow.customers.unassigned_count()
    rows = []
    wanting = await qualifications.wanting(turn.deps, [one.user], turn.today)
    if one.user.role is Role.REP:
        rows.append([Button(_("Filing and training"), ShowQualifications(one.user.id))])
    if one.user.telegram_id is None and one.user.is_active:
        rows.append([Button(_("New link"), InviteUser(one.user.id))])
    if one.has_open_invite:
        rows.append([Button(_("Make the link useless"), RevokeInvite(one.user.id))])
    if turn.viewer.role is Role.ADMIN and one.user.role is Role.REP:
        rows.append([Button(_("Change manager"), SetManager(one.user.id))])
        if unassigned:
            label = turn.words.ngettext("Assign %(n)s customer", "Assign %(n)s customers", unassigned)
            rows.append([Button(label, AssignCustomers(one.user.id))])
    if turn.viewer.role is Role.ADMIN and one.user.id != turn.viewer.id:
        label = _("Close access") if one.user.is_active else _("Reopen access")
        rows.append([Button(label, SetActive(one.user.id, not one.user.is_active))])
    rows.append([Button(_("Back"), ShowUsers())])
    return Screen(turn.text("user", one=one, unassigned=unassigned, wanting=wanting), rows)


@routes.on(SetActive, ADMINS)
async def set_active(turn: Turn, at: SetActive) -> Screen:
    """Close or reopen access."""
    await access.set_active(turn.deps, turn.viewer, UserId(at.user), turn.now, active=at.active)
    return await show_user(turn, ShowUser(at.user))


@routes.on(SetManager, ADMINS)
async def set_manager(turn: Turn, at: SetManager) -> Screen:
    """Ask for, then set, the manager of a rep."""
    _ = turn.words._
    if at.manager is None:
        one = await access.colleague(turn.deps, turn.viewer, UserId(at.user))
        rows = [
            [Button(_name(turn, each), SetManager(at.user, each.user.id))] for each in await _managers(turn)
        ]
        rows.append([Button(_("Back"), ShowUser(at.user))])
        return Screen(turn.text("choose_manager", one=one, found=len(rows) > 1), rows)
    await access.set_manager(turn.deps, turn.viewer, UserId(at.user), UserId(at.manager), turn.now)
    return replace(await show_user(turn, ShowUser(at.user)), toast=_("Saved"))


@routes.on(AssignCustomers, ADMINS)
async def assign_customers(turn: Turn, at: AssignCustomers) -> Screen:
    """Give a rep the customers that belong to nobody."""
    count = await access.assign_unassigned(turn.deps, turn.viewer, UserId(at.user), turn.now)
    toast = turn.words.ngettext("%(n)s customer assigned", "%(n)s customers assigned", count)
    return replace(await show_user(turn, ShowUser(at.user)), toast=toast)


async def _managers(turn: Turn) -> list[Colleague]:
    everyone = await access.colleagues(turn.deps, turn.viewer)
    return [one for one in everyone if one.user.role is Role.MANAGER and one.user.is_active]


def _link(turn: Turn, invitation: Invitation) -> Screen:
    _ = turn.words._
    url = f"https://t.me/{turn.bot_name}?start={invitation.token}"
    rows = [
        [Button(_("Make the link useless"), RevokeInvite(invitation.user.id))],
        [Button(_("Invite another"), ShowInvite()), *home_row(turn)],
    ]
    return Screen(turn.text("invite_link", invitation=invitation, url=url), rows, protect=False)


def _label(turn: Turn, one: Colleague) -> str:
    mark = (
        ""
        if one.user.telegram_id is not None and one.user.is_active
        else "· "
        if one.user.is_active
        else "✕ "
    )
    return f"{mark}{_name(turn, one)}"


def _name(turn: Turn, one: Colleague) -> str:
    return one.user.name or turn.words._("(no name yet)")
