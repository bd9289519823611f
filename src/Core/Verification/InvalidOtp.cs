using KenshinOtp.Audit;
using KenshinOtp.Contracts;
using KenshinOtp.Data;
using KenshinOtp.Institutions;
using KenshinOtp.Results;

namespace KenshinOtp.Verification;

/// <summary>A password that was needed for a change and not accepted: the change ends with a refusal.</summary>
internal static class InvalidOtp
{
    /// <summary>Notes the attempt and commits it with what was counted: that must last, whatever else the change was to do.</summary>
    /// <param name="tx">The change. In it nothing was done yet but what counts the attempt.</param>
    /// <param name="journal">Where it is noted.</param>
    /// <param name="caller">On whose behalf.</param>
    /// <param name="subject">Whose password it was to be.</param>
    /// <param name="action">How the audit trail calls the refusal.</param>
    /// <param name="outcome">Why the password was not accepted.</param>
    /// <param name="field">The field that held the password, where there are several.</param>
    /// <param name="now">The instant.</param>
    /// <param name="ct">Ends the wait.</param>
    public static async Task<Problem> Refuse(
        Tx tx, Journal journal, Caller caller, Subject subject, string action, PasswordOutcome outcome, string? field, DateTimeOffset now, CancellationToken ct)
    {
        await journal.Write(tx, new Entry(action, caller.Actor, caller.Institution.Id)
        {
            ServiceId = subject.Contract.ServiceId.Value,
            UserId = subject.User.UserId.Value,
            Serial = outcome.Serial,
            After = outcome.Reason.Code(),
        }, now, ct);
        var refusal = Problem.Refused("invalid_otp", "The password was not accepted; see reason.")
            .With("reason", outcome.Reason.Code())
            .With("remainingAttempts", outcome.RemainingAttempts);
        return await tx.Commit(field is null ? refusal : refusal.With("field", field), ct);
    }
}
