using KenshinOtp.Audit;
using KenshinOtp.Contracts;
using KenshinOtp.Data;
using KenshinOtp.Institutions;
using KenshinOtp.Otp;
using KenshinOtp.Receipts;
using KenshinOtp.Results;
using KenshinOtp.Tokens;
using KenshinOtp.Verification;

namespace KenshinOtp.Withdrawal;

/// <param name="Caller">On whose behalf.</param>
/// <param name="ServiceId">The contract.</param>
/// <param name="UserId">The user who ends the use.</param>
/// <param name="Otp">A password of the token.</param>
public sealed record DiscontinueToken(Caller Caller, ServiceId ServiceId, UserId UserId, OtpCode Otp);

/// <summary>
/// 利用中止: the user ends the use of the token and has none from then on. Of a group that shares it, one user leaves and the others keep it; where all
/// users of a contract share it, it ends for all of them.
/// </summary>
public sealed class DiscontinueTokenHandler(
    Changes changes, Subjects subjects, TokenUsers tokenUsers, TokenStore tokens, PasswordCheck passwords, Retirement retirement,
    ReceiptBook receipts, Journal journal, TimeProvider time)
{
    public async Task<Result<Receipt>> Handle(DiscontinueToken request, CancellationToken ct)
    {
        await using var tx = await changes.Begin(ct);
        var now = time.GetUtcNow();
        var found = await subjects.Claim(tx, request.Caller.Institution, request.ServiceId, request.UserId, ct);
        if (!found.Succeeded(out var subject, out var problem))
            return problem;
        if (subject.Token is null)
            return Subjects.NoToken;

        var outcome = await passwords.Consume(tx, subject, subject.Token, request.Otp, request.Caller, now, ct);
        if (!outcome.Accepted)
            return await InvalidOtp.Refuse(tx, journal, request.Caller, subject, "discontinuation.refused", outcome, field: null, now, ct);

        // Read again: the password that was just used up may have completed a renewal.
        var token = await tokens.ById(tx, subject.Token.Id, ct) ?? throw new InvalidOperationException("A token vanished.");
        if (subject.Contract.TokenMode == TokenMode.Grouped && await tokenUsers.Count(tx, token.Id, ct) > 1)
            await tokenUsers.Detach(tx, subject.User, token, now, ct);
        else if (!await retirement.Release(tx, token, now, ct))
            throw new LostRaceException($"Token {token.Id} changed after a password of it had been used up in the same change.");
        return await tx.Commit(await receipts.Accept(tx, new("token.discontinued", request.Caller, subject.Contract, subject.User, token.Id)
        {
            Before = token.Serial.Value,
        }, now, ct), ct);
    }
}
