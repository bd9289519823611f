using KenshinOtp.Audit;
using KenshinOtp.Contracts;
using KenshinOtp.Data;
using KenshinOtp.Institutions;
using KenshinOtp.Otp;
using KenshinOtp.Receipts;
using KenshinOtp.Results;
using KenshinOtp.Verification;

namespace KenshinOtp.Registration;

/// <param name="Caller">On whose behalf.</param>
/// <param name="ServiceId">The contract.</param>
/// <param name="UserId">Whose token it is.</param>
/// <param name="Otp1">A password that the token showed.</param>
/// <param name="Otp2">The one that came right after it.</param>
public sealed record ResyncToken(Caller Caller, ServiceId ServiceId, UserId UserId, OtpCode Otp1, OtpCode Otp2);

/// <summary>Resynchronisation: two passwords in a row tell how far the token's clock has drifted.</summary>
public sealed class ResyncTokenHandler(
    Changes changes, Subjects subjects, PasswordCheck passwords, ReceiptBook receipts, Journal journal, TimeProvider time)
{
    public async Task<Result<Receipt>> Handle(ResyncToken request, CancellationToken ct)
    {
        await using var tx = await changes.Begin(ct);
        var now = time.GetUtcNow();
        var found = await subjects.Claim(tx, request.Caller.Institution, request.ServiceId, request.UserId, ct);
        if (!found.Succeeded(out var subject, out var problem))
            return problem;
        if (subject.Token is not { } token)
            return Subjects.NoToken;

        var outcome = await passwords.Resync(tx, subject, token, (request.Otp1, request.Otp2), request.Caller, now, ct);
        if (!outcome.Accepted)
            return await InvalidOtp.Refuse(tx, journal, request.Caller, subject, "resync.refused", outcome, field: null, now, ct);
        return await tx.Commit(await receipts.Accept(tx, new("token.resynchronized", request.Caller, subject.Contract, subject.User, token.Id)
        {
            Announce = false,
        }, now, ct), ct);
    }
}
