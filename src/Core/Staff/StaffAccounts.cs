using System.Text.RegularExpressions;
using KenshinOtp.Audit;
using KenshinOtp.Data;
using KenshinOtp.Institutions;
using KenshinOtp.Results;

namespace KenshinOtp.Staff;

/// <param name="Institution">The institution's code.</param>
/// <param name="Login">ログインID: 2 to 40 characters.</param>
/// <param name="Name">The person's name.</param>
/// <param name="Branch">Three digits; needed for tellers and approvers.</param>
/// <param name="Role">What the person is there for.</param>
/// <param name="Password">The first password, or null for one that is made here.</param>
public sealed record AddStaff(string Institution, string Login, string Name, string? Branch, StaffRole Role, string? Password);

/// <summary>A password to hand over once.</summary>
public sealed record HandedOver(StaffMember Member, string Password)
{
    public override string ToString() => nameof(HandedOver);
}

/// <summary>Adds members of staff and lets them begin anew: an operator's work.</summary>
public sealed partial class StaffAccounts(
    Database database, Races races, InstitutionStore institutions, StaffStore staff, StaffSessionStore sessions, StaffPasswords passwords, Journal journal, TimeProvider time)
{
    private const int MaxNameLength = 100;

    public async Task<Result<HandedOver>> Add(AddStaff request, CancellationToken ct)
    {
        var password = request.Password ?? StaffPasswords.Temporary();
        var hash = passwords.Hash(password); // slow on purpose: before the transaction, not within
        return await races.Run(_ => Add(request, password, hash, ct));
    }

    /// <summary>Another password, no token, no lock, no session: the person begins anew.</summary>
    public async Task<Result<HandedOver>> Reset(string code, string login, CancellationToken ct)
    {
        var password = StaffPasswords.Temporary();
        var hash = passwords.Hash(password);

        await using var tx = await database.Begin(ct);
        var now = time.GetUtcNow();
        var found = await Institution(tx, code, ct);
        if (!found.Succeeded(out var institution, out var problem))
            return problem;
        if (await staff.ByLogin(tx, institution.Id, login, ct) is not { } member)
            return Problem.NotFound("staff_not_found", $"There is no member of staff '{login}'.");
        await staff.Reset(tx, member, hash, ct);
        await sessions.EndAll(tx, member.Id, now, ct);
        await Note(tx, "staff.reset", member, now, ct);
        return await tx.Commit(new HandedOver(member, password), ct);
    }

    private async Task<Result<HandedOver>> Add(AddStaff request, string password, string hash, CancellationToken ct)
    {
        await using var tx = await database.Begin(ct);
        var now = time.GetUtcNow();
        var found = await Institution(tx, request.Institution, ct);
        if (!found.Succeeded(out var institution, out var problem))
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
        if (Faults(request, member) is { Any: true } faults)
            return faults.ToProblem();
        if (await staff.ByLogin(tx, institution.Id, request.Login, ct) is not null)
            return Problem.Conflict("staff_exists", $"There is a member of staff '{request.Login}' already.");

        await staff.Insert(tx, member, now, ct);
        await Note(tx, "staff.added", member, now, ct);
        return await tx.Commit(new HandedOver(member, password), ct);
    }

    private static FieldErrors Faults(AddStaff request, StaffMember member)
    {
        var errors = new FieldErrors();
        if (!LoginForm().IsMatch(request.Login))
            errors.Add("login", "login must be 2 to 40 characters of A-Z a-z 0-9 . _ -");
        if (string.IsNullOrWhiteSpace(request.Name) || request.Name.Length > MaxNameLength || request.Name.Any(char.IsControl))
            errors.Add("name", $"name must be 1 to {MaxNameLength} characters on one line.");
        if (request.Branch is { } branch && (branch.Length != 3 || !branch.All(char.IsAsciiDigit)))
            errors.Add("branch", "branch must be 3 digits.");
        if (request.Branch is null && request.Role.IsOfBranch())
            errors.Add("branch", "branch is required for a teller or an approver.");
        if (request.Password is { } password && !StaffPasswords.IsAcceptable(password, member))
            errors.Add("password", $"password must be {StaffPasswords.MinLength} to {StaffPasswords.MaxLength} characters, not the login, not few characters over and over.");
        return errors;
    }

    private async Task<Result<Institution>> Institution(Session session, string text, CancellationToken ct) =>
        InstitutionCode.TryParse(text, out var code) && await institutions.ByCode(session, code, ct) is { } institution
            ? institution
            : Problem.NotFound("institution_not_found", $"There is no institution '{text}'.");

    private Task Note(Tx tx, string action, StaffMember member, DateTimeOffset now, CancellationToken ct) =>
        journal.Write(tx, new Entry(action, Actor.Operator("command line"), member.InstitutionId)
        {
            After = $"{member.Login}, {member.Role.ToRow()}, {member.Branch ?? "-"}",
        }, now, ct);

    [GeneratedRegex(@"^[A-Za-z0-9._-]{2,40}\z", RegexOptions.CultureInvariant, matchTimeoutMilliseconds: 1000)]
    private static partial Regex LoginForm();
}
