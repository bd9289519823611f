using System.Text.RegularExpressions;
using KenshinOtp.Audit;
using KenshinOtp.Contracts;
using KenshinOtp.Data;
using KenshinOtp.Institutions;
using KenshinOtp.Results;

namespace KenshinOtp.Staff;

/// <param name="Institution">The institution's code.</param>
/// <param name="Login">ログインID: 1 to 40 characters.</param>
/// <param name="Name">The person's name.</param>
/// <param name="Branch">Three digits; needed for tellers and approvers.</param>
/// <param name="Role">What the person is there for.</param>
/// <param name="Password">The first password, or null for one that is made here.</param>
public sealed record AddStaff(string Institution, string Login, string Name, string? Branch, StaffRole Role, string? Password);

/// <summary>What is null stays as it is.</summary>
/// <param name="Institution">The institution's code.</param>
/// <param name="Login">Who: a log-in name is never changed, for the audit trail knows people by it.</param>
/// <param name="Name">The person's name.</param>
/// <param name="Branch">Three digits, or <see cref="StaffAccounts.AllBranches"/>.</param>
/// <param name="Role">What the person is there for.</param>
public sealed record ChangeStaff(string Institution, string Login, string? Name, string? Branch, StaffRole? Role);

/// <summary>A password to hand over once.</summary>
public sealed record HandedOver(StaffMember Member, string Password)
{
    public override string ToString() => nameof(HandedOver);
}

/// <summary>Adds members of staff, moves them, lets them begin anew, takes them out of service: an operator's work.</summary>
public sealed partial class StaffAccounts(
    Database database, Races races, InstitutionStore institutions, StaffStore staff, StaffSessionStore sessions, StaffPasswords passwords, Journal journal, TimeProvider time)
{
    /// <summary>Instead of a branch: those of the whole institution.</summary>
    public const string AllBranches = "all";

    private const int MaxNameLength = 100;

    public async Task<Result<HandedOver>> Add(AddStaff request, CancellationToken ct)
    {
        var password = request.Password ?? StaffPasswords.Temporary();
        var hash = passwords.Hash(password); // slow on purpose: before the transaction, not within
        return await races.Run(_ => Add(request, password, hash, ct));
    }

    /// <summary>Another name, branch or role. Whoever has other powers than before begins another session with them.</summary>
    public Task<Result<StaffMember>> Change(ChangeStaff request, CancellationToken ct) => races.Run(_ => TryChange(request, ct));

    /// <summary>Another password, no token, no lock, no session: the person begins anew. Not for those out of service: that is <see cref="Enable"/>.</summary>
    public Task<Result<HandedOver>> Reset(string code, string login, CancellationToken ct) => BeginAnew(
        code, login, "staff.reset", staff.Reset,
        Problem.Conflict("staff_disabled", $"'{login}' is out of service. 'staff enable' brings the person back, with a new password."), ct);

    /// <summary>Back in service, with another password and no token.</summary>
    public Task<Result<HandedOver>> Enable(string code, string login, CancellationToken ct) =>
        BeginAnew(code, login, "staff.enabled", staff.Enable, Problem.Conflict("staff_not_disabled", $"'{login}' is in service."), ct);

    /// <summary>Out of service: no session, no password, no token, no reset. The name stays with what the person drafted and approved.</summary>
    public async Task<Result<StaffMember>> Disable(string code, string login, CancellationToken ct)
    {
        var hash = passwords.Hash(StaffPasswords.Temporary()); // nobody will know it
        await using var tx = await database.Begin(ct);
        var now = time.GetUtcNow();
        var found = await Member(tx, code, login, ct);
        if (!found.Succeeded(out var member, out var problem))
            return problem;
        if (!await staff.Disable(tx, member, hash, now, ct))
            return Problem.Conflict("staff_disabled", $"'{login}' is out of service already.");
        await sessions.EndAll(tx, member.Id, now, ct);
        await Note(tx, "staff.disabled", member, now, ct);
        return await tx.Commit(member, ct);
    }

    private async Task<Result<HandedOver>> BeginAnew(
        string code, string login, string action, Func<Tx, StaffMember, string, CancellationToken, Task<bool>> change, Problem otherwise, CancellationToken ct)
    {
        var password = StaffPasswords.Temporary();
        var hash = passwords.Hash(password);

        await using var tx = await database.Begin(ct);
        var now = time.GetUtcNow();
        var found = await Member(tx, code, login, ct);
        if (!found.Succeeded(out var member, out var problem))
            return problem;
        if (!await change(tx, member, hash, ct))
            return otherwise;
        await sessions.EndAll(tx, member.Id, now, ct);
        await Note(tx, action, member, now, ct);
        return await tx.Commit(new HandedOver(member, password), ct);
    }

    private async Task<Result<HandedOver>> Add(AddStaff request, string password, string hash, CancellationToken ct)
    {
        await using var tx = await database.Begin(ct);
        var now = time.GetUtcNow();
        var named = await institutions.Named(tx, request.Institution, ct);
        if (!named.Succeeded(out var institution, out var problem))
            return problem;
        var member = new StaffMember
        {
            Id = Ids.New(now),
            InstitutionId = institution.Id,
            Login = request.Login,
            DisplayName = request.Name,
            Branch = request.Branch,
            Role = request.Role,
            PasswordHash = hash,
        };
        if (Faults(member, request.Password) is { Any: true } faults)
            return faults.ToProblem();
        if (await staff.ByLogin(tx, institution.Id, request.Login, ct) is not null)
            return Problem.Conflict("staff_exists", $"There is a member of staff '{request.Login}' already.");

        await staff.Insert(tx, member, now, ct);
        await Note(tx, "staff.added", member, now, ct);
        return await tx.Commit(new HandedOver(member, password), ct);
    }

    private async Task<Result<StaffMember>> TryChange(ChangeStaff request, CancellationToken ct)
    {
        await using var tx = await database.Begin(ct);
        var now = time.GetUtcNow();
        var found = await Member(tx, request.Institution, request.Login, ct);
        if (!found.Succeeded(out var member, out var problem))
            return problem;
        var changed = member with
        {
            DisplayName = request.Name ?? member.DisplayName,
            Branch = request.Branch is AllBranches ? null : request.Branch ?? member.Branch,
            Role = request.Role ?? member.Role,
        };
        if (Faults(changed, password: null) is { Any: true } faults)
            return faults.ToProblem();
        if (changed == member)
            return member;

        if (!await staff.Change(tx, changed, ct))
            throw new LostRaceException($"Member of staff {member.Id} changed meanwhile.");
        if ((changed.Role, changed.Branch) != (member.Role, member.Branch))
            await sessions.EndAll(tx, member.Id, now, ct);
        var entry = new Entry("staff.changed", Actor.Operator, member.InstitutionId)
        {
            Before = $"{Describe(member)}, {member.DisplayName}",
            After = $"{Describe(changed)}, {changed.DisplayName}",
        };
        await journal.Write(tx, entry, now, ct);
        return await tx.Commit(changed, ct);
    }

    private static FieldErrors Faults(StaffMember member, string? password)
    {
        var errors = new FieldErrors();
        if (!LoginForm().IsMatch(member.Login))
            errors.Add("login", "login must be 1 to 40 characters of A-Z a-z 0-9 . _ -");
        errors.Line("name", member.DisplayName, MaxNameLength);
        Branch.Read(member.Branch, errors);
        if (member.Branch is null && member.Role.IsOfBranch())
            errors.Add("branch", "branch is required for a teller or an approver.");
        if (password is not null && !StaffPasswords.IsAcceptable(password, member))
            errors.Add("password", StaffPasswords.Rule);
        return errors;
    }

    private async Task<Result<StaffMember>> Member(Session session, string code, string login, CancellationToken ct)
    {
        var named = await institutions.Named(session, code, ct);
        if (!named.Succeeded(out var institution, out var problem))
            return problem;
        return await staff.ByLogin(session, institution.Id, login, ct) is { } member
            ? member
            : Problem.NotFound("staff_not_found", $"There is no member of staff '{login}'.");
    }

    private Task Note(Tx tx, string action, StaffMember member, DateTimeOffset now, CancellationToken ct) =>
        journal.Write(tx, new Entry(action, Actor.Operator, member.InstitutionId) { After = Describe(member) }, now, ct);

    private static string Describe(StaffMember member) => $"{member.Login}, {member.Role.ToRow()}, {member.Branch ?? "-"}";

    [GeneratedRegex(@"^[A-Za-z0-9._-]{1,40}\z", RegexOptions.CultureInvariant, matchTimeoutMilliseconds: 1000)]
    private static partial Regex LoginForm();
}
