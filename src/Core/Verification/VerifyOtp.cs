using KenshinOtp.Audit;
using KenshinOtp.Contracts;
using KenshinOtp.Data;
using KenshinOtp.Institutions;
using KenshinOtp.Otp;
using KenshinOtp.Results;

namespace KenshinOtp.Verification;

/// <param name="Caller">On whose behalf.</param>
/// <param name="ServiceId">The contract.</param>
/// <param name="UserId">The user who typed the password.</param>
/// <param name="Transaction">What it was typed for.</param>
/// <param name="Otp">The password.</param>
/// <param name="Reference">The relying party's own number of the transaction, kept in the audit trail.</param>
public sealed record VerifyOtp(Caller Caller, ServiceId ServiceId, UserId UserId, TransactionName Transaction, OtpCode Otp, string? Reference);

/// <summary>認証: checks one password for one named transaction and uses it up.</summary>
public sealed class VerifyOtpHandler(Changes changes, Subjects subjects, PasswordCheck passwords, Journal journal, TimeProvider time)
{
    /// <returns>A result for every well-formed request about a known user; a wrong password is a result, not a problem.</returns>
    public async Task<Result<VerificationResult>> Handle(VerifyOtp request, CancellationToken ct)
    {
        var now = time.GetUtcNow();
        await using var tx = await changes.Begin(ct);
        var found = await subjects.Find(tx, request.Caller.Institution, request.ServiceId, request.UserId, ct);
        if (!found.Succeeded(out var subject, out var problem))
            return problem;

        var outcome = await Judge(tx, subject, request, now, ct);
        var id = await Note(tx, request, outcome, now, ct);
        return await tx.Commit(new VerificationResult(
            id, outcome.Accepted ? "accepted" : "rejected", outcome.Reason.Code(), outcome.Serial, outcome.RemainingAttempts, now), ct);
    }

    private async Task<PasswordOutcome> Judge(Tx tx, Subject subject, VerifyOtp request, DateTimeOffset now, CancellationToken ct)
    {
        if (!request.Caller.Policy.AsksFor(request.Transaction, subject.User.OtpAtLogin))
            return new(VerificationReason.OtpNotRequired); // a fake site asked for it: do not use it up
        return subject.Token is { } token
            ? await passwords.Consume(tx, subject, token, request.Otp, request.Caller, now, ct)
            : new(VerificationReason.NoToken);
    }

    private Task<string> Note(Tx tx, VerifyOtp request, PasswordOutcome outcome, DateTimeOffset now, CancellationToken ct)
    {
        var phishing = outcome.Reason == VerificationReason.OtpNotRequired;
        var action = phishing ? "phishing.suspected" : outcome.Accepted ? "verification.accepted" : "verification.rejected";
        return journal.Write(tx, new Entry(action, request.Caller.Actor, request.Caller.Institution.Id)
        {
            ServiceId = request.ServiceId.Value,
            UserId = request.UserId.Value,
            Serial = outcome.Serial,
            After = outcome.Reason.Code(),
            Detail = request.Reference is null ? request.Transaction.Value : $"{request.Transaction.Value} {request.Reference}",
            Announce = phishing,
        }, now, ct);
    }
}
