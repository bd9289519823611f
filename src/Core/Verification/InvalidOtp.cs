using KenshinOtp.Audit;
using KenshinOtp.Contracts;
using KenshinOtp.Data;
using KenshinOtp.Institutions;
using KenshinOtp.Results;

namespace KenshinOtp.Verification;

/// <summary>A password that was needed for a change and not accepted: the change is refused, the attempt is counted and noted.</summary>
internal static class InvalidOtp
{
    public static async Task<Problem> Note(
        Tx tx, Journal journal, Caller caller, Subject subject, string action, PasswordOutcome outcome, DateTimeOffset now, CancellationToken ct)
    {
        await journal.Write(tx, new Entry(action, caller.Actor, caller.Institution.Id)
        {
            ServiceId = subject.Contract.ServiceId.Value,
            UserId = subject.User.UserId.Value,
            Serial = outcome.Serial,
            After = outcome.Reason.Code(),
        }, now, ct);
        return Problem.Refused("invalid_otp", "The password was not accepted; see reason.")
            .With("reason", outcome.Reason.Code())
            .With("remainingAttempts", outcome.RemainingAttempts);
    }
}
