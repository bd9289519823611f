using KenshinOtp.Data;

namespace KenshinOtp.Staff;

public sealed class StaffStore
{
    private const string Select =
        """
        select id, institution_id, login, display_name, branch, role, password_hash, password_temporary, secret, pending_secret, last_step, drift,
               failures, locked_at, knocks_paused_until, disabled_at, version
        from staff
        """;

    private const string SelectByLogin = Select + " where institution_id = @InstitutionId and login = @Login";
    private const string SelectById = Select + " where id = @Id";

    private const string SelectNames = "select login, display_name from staff where institution_id = @InstitutionId";

    private const string InsertRow =
        """
        insert into staff (id, institution_id, login, display_name, branch, role, password_hash, password_temporary, last_step, drift, failures, version,
                           created_at)
        values (@Id, @InstitutionId, @Login, @DisplayName, @Branch, @Role, @PasswordHash, 1, 0, 0, 0, 1, @Now)
        """;

    private const string Strip =
        """
        update staff set password_hash = @PasswordHash, password_temporary = 1, secret = null, pending_secret = null, last_step = 0, drift = 0, failures = 0,
               knock_failures = 0, knocks_paused_until = null, version = version + 1
        """;

    private const string ResetRow = Strip + ", locked_at = null where id = @Id and disabled_at is null";
    private const string EnableRow = Strip + ", locked_at = null, disabled_at = null where id = @Id and disabled_at is not null";
    private const string DisableRow = Strip + ", locked_at = @Now, disabled_at = @Now where id = @Id and disabled_at is null";

    private const string ChangeRow =
        "update staff set display_name = @DisplayName, branch = @Branch, role = @Role, version = version + 1 where id = @Id and version = @Version";

    private const string HoldRow = "update staff set failures = failures where id = @Id";
    private const string FailRow = "update staff set failures = failures + 1 where id = @Id";
    private const string LockRow = "update staff set locked_at = @Now where id = @Id and failures >= @LockAfter and locked_at is null";

    private const string KnockRow = "update staff set knock_failures = coalesce(knock_failures, 0) + 1 where id = @Id";
    private const string PauseRow = "update staff set knock_failures = 0, knocks_paused_until = @Until where id = @Id and knock_failures >= @PauseAfter";

    private const string AcceptRow =
        """
        update staff set last_step = @Step, drift = @Drift, failures = 0, knock_failures = 0, knocks_paused_until = null
        where id = @Id and version = @Version and last_step < @Step and locked_at is null and disabled_at is null
        """;

    private const string ChangePasswordRow =
        """
        update staff set password_hash = @PasswordHash, password_temporary = 0, version = version + 1
        where id = @Id and version = @Version and locked_at is null and disabled_at is null
        """;

    private const string OfferRow =
        """
        update staff set pending_secret = @PendingSecret, version = version + 1
        where id = @Id and version = @Version and secret is null
        """;

    private const string EnrollRow =
        """
        update staff set secret = pending_secret, pending_secret = null, last_step = @Step, drift = @Drift, failures = 0, knock_failures = 0,
               knocks_paused_until = null, version = version + 1
        where id = @Id and version = @Version and secret is null and pending_secret is not null and locked_at is null and disabled_at is null
        """;

    public async Task<StaffMember?> ByLogin(Session session, string institutionId, string login, CancellationToken ct) =>
        (await session.Find<StaffRow>(SelectByLogin, new { InstitutionId = institutionId, Login = login }, ct))?.ToDomain();

    public async Task<StaffMember?> ById(Session session, string id, CancellationToken ct) =>
        (await session.Find<StaffRow>(SelectById, new { Id = id }, ct))?.ToDomain();

    /// <returns>Login → name of everybody who is or was there.</returns>
    public async Task<IReadOnlyDictionary<string, string>> Names(Session session, string institutionId, CancellationToken ct) =>
        (await session.List<NameRow>(SelectNames, new { InstitutionId = institutionId }, ct)).ToDictionary(row => row.Login, row => row.DisplayName, StringComparer.Ordinal);

    public Task Insert(Tx tx, StaffMember member, DateTimeOffset now, CancellationToken ct) => tx.Execute(InsertRow, new
    {
        member.Id,
        member.InstitutionId,
        member.Login,
        member.DisplayName,
        member.Branch,
        Role = member.Role.ToRow(),
        member.PasswordHash,
        Now = now.ToRow(),
    }, ct);

    /// <summary>Begins anew: another password, no token, no lock.</summary>
    /// <returns>False if the person is out of service.</returns>
    public Task<bool> Reset(Tx tx, StaffMember member, string passwordHash, CancellationToken ct) =>
        Guarded(tx, ResetRow, new { member.Id, PasswordHash = passwordHash }, ct);

    /// <summary>
    /// Takes a person out of service. <c>disabled_at</c> says so, so that a list can tell it from a lock and a reset does not undo it; besides, everything goes
    /// that opens a door: the row is locked and holds no token and no password that anybody knows, so that programs of a version before that column, which go on
    /// beside newer ones during an upgrade, let nobody in either (unless their own <c>staff reset</c> is given meanwhile).
    /// </summary>
    /// <returns>False if that was done before.</returns>
    public Task<bool> Disable(Tx tx, StaffMember member, string passwordHash, DateTimeOffset now, CancellationToken ct) =>
        Guarded(tx, DisableRow, new { member.Id, PasswordHash = passwordHash, Now = now.ToRow() }, ct);

    /// <summary>Back in service, and begins anew.</summary>
    /// <returns>False if the person is in service.</returns>
    public Task<bool> Enable(Tx tx, StaffMember member, string passwordHash, CancellationToken ct) =>
        Guarded(tx, EnableRow, new { member.Id, PasswordHash = passwordHash }, ct);

    /// <summary>Another name, branch or role.</summary>
    /// <returns>False if the row is no longer as it was read.</returns>
    public Task<bool> Change(Tx tx, StaffMember changed, CancellationToken ct) =>
        Guarded(tx, ChangeRow, new { changed.Id, changed.Version, changed.DisplayName, changed.Branch, Role = changed.Role.ToRow() }, ct);

    /// <summary>Takes the row's lock, where the engine has such locks: of passwords that are tried at once, each is judged after the one before was counted.</summary>
    public Task Hold(Tx tx, StaffMember member, CancellationToken ct) => tx.Execute(HoldRow, new { member.Id }, ct);

    /// <summary>Counts one wrong password of somebody who has proved the first one already and, at the bound, locks.</summary>
    /// <returns>Whether it was this one that locked.</returns>
    public async Task<bool> Fail(Tx tx, StaffMember member, int lockAfter, DateTimeOffset now, CancellationToken ct)
    {
        await tx.Execute(FailRow, new { member.Id }, ct);
        return await Guarded(tx, LockRow, new { member.Id, LockAfter = lockAfter, Now = now.ToRow() }, ct);
    }

    /// <summary>Counts one wrong password of somebody who has proved nothing yet and, at the bound, has the next ones wait.</summary>
    /// <returns>Whether it was this one that began a pause.</returns>
    public async Task<bool> Knock(Tx tx, StaffMember member, int pauseAfter, DateTimeOffset until, CancellationToken ct)
    {
        await tx.Execute(KnockRow, new { member.Id }, ct);
        return await Guarded(tx, PauseRow, new { member.Id, PauseAfter = pauseAfter, Until = until.ToRow() }, ct);
    }

    /// <summary>Uses up a one-time password.</summary>
    public Task<bool> Accept(Tx tx, StaffMember member, long step, int drift, CancellationToken ct) =>
        Guarded(tx, AcceptRow, new { member.Id, member.Version, Step = step, Drift = drift }, ct);

    public Task<bool> ChangePassword(Tx tx, StaffMember member, string passwordHash, CancellationToken ct) =>
        Guarded(tx, ChangePasswordRow, new { member.Id, member.Version, PasswordHash = passwordHash }, ct);

    /// <summary>Keeps the secret of a token that is shown now and not yet proved.</summary>
    public Task<bool> Offer(Tx tx, StaffMember member, string pendingSecret, CancellationToken ct) =>
        Guarded(tx, OfferRow, new { member.Id, member.Version, PendingSecret = pendingSecret }, ct);

    /// <summary>The token was proved by its first password.</summary>
    public Task<bool> Enroll(Tx tx, StaffMember member, long step, int drift, CancellationToken ct) =>
        Guarded(tx, EnrollRow, new { member.Id, member.Version, Step = step, Drift = drift }, ct);

    private static async Task<bool> Guarded(Tx tx, string sql, object args, CancellationToken ct) => await tx.Execute(sql, args, ct) == 1;

    private sealed class NameRow
    {
        public string Login { get; init; } = "";
        public string DisplayName { get; init; } = "";
    }
}
