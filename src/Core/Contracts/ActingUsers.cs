using KenshinOtp.Data;
using KenshinOtp.Institutions;
using KenshinOtp.Results;

namespace KenshinOtp.Contracts;

/// <summary>Who acts: the user in person, or an administrator of the same contract for the user.</summary>
public sealed class ActingUsers(Subjects subjects)
{
    public static Problem NotAdministrator { get; } =
        new(ProblemKind.Forbidden, "not_administrator", "Only an administrator of the contract may do this for another user.");

    /// <summary>What the audit trail says of it.</summary>
    /// <param name="actingUserId">Who acts for the user; null for the user in person.</param>
    /// <param name="besides">What else is to be said, or null.</param>
    public static string? Note(UserId? actingUserId, string? besides = null) => (actingUserId, besides) switch
    {
        ({ } by, { } words) => $"by {by.Value}; {words}",
        ({ } by, null) => $"by {by.Value}",
        _ => besides,
    };

    /// <param name="session">Where to read.</param>
    /// <param name="subject">Whom the request is about.</param>
    /// <param name="caller">On whose behalf.</param>
    /// <param name="actingUserId">Who acts; null for the user in person.</param>
    /// <param name="ct">Ends the wait.</param>
    public async Task<Result<Subject>> Find(Session session, Subject subject, Caller caller, UserId? actingUserId, CancellationToken ct)
    {
        if (actingUserId is not { } id || id == subject.User.UserId)
            return subject;
        var found = await subjects.Find(session, caller.Institution, subject.Contract.ServiceId, id, ct);
        return found.Succeeded(out var acting, out var problem)
            ? acting.User.Role == UserRole.Administrator ? acting : NotAdministrator
            : problem;
    }
}
