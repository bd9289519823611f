using KenshinOtp.Audit;
using KenshinOtp.Contracts;
using KenshinOtp.Data;
using KenshinOtp.Institutions;
using KenshinOtp.Otp;
using KenshinOtp.Receipts;
using KenshinOtp.Results;
using KenshinOtp.Tokens;
using KenshinOtp.Verification;
using KenshinOtp.Withdrawal;

namespace KenshinOtp.Registration;

/// <param name="Caller">On whose behalf.</param>
/// <param name="ServiceId">The contract.</param>
/// <param name="UserId">Whose token is exchanged.</param>
/// <param name="CurrentOtp">The password that the token in use shows.</param>
/// <param name="NewSerial">The serial number of the token that comes.</param>
/// <param name="NewOtp">The password that it shows.</param>
/// <param name="ActingUserId">The administrator who acts for the user, or null: the user's own doing.</param>
public sealed record ExchangeToken(
    Caller Caller, ServiceId ServiceId, UserId UserId, OtpCode CurrentOtp, SerialNumber NewSerial, OtpCode NewOtp, UserId? ActingUserId);

/// <summary>
/// 交換: both tokens at hand, each proved by a password; both passwords are used up or neither is. Whoever shared the old token shares the new one.
/// </summary>
public sealed class ExchangeTokenHandler(
    Changes changes, Subjects subjects, ActingUsers acting, TokenUsers tokenUsers, TokenStore tokens, NewTokens newTokens, PasswordCheck passwords,
    Retirement retirement, ReceiptBook receipts, Journal journal, TimeProvider time)
{
    public const string CurrentField = "currentOtp", NewField = "newOtp";

    public async Task<Result<Receipt>> Handle(ExchangeToken request, CancellationToken ct)
    {
        await using var tx = await changes.Begin(ct);
        var now = time.GetUtcNow();
        var found = await subjects.Claim(tx, request.Caller.Institution, request.ServiceId, request.UserId, ct);
        if (!found.Succeeded(out var subject, out var problem))
            return problem;
        var actor = await acting.Find(tx, subject, request.Caller, request.ActingUserId, ct);
        if (!actor.Succeeded(out _, out problem))
            return problem;
        if (subject.Token is not { } current)
            return Subjects.NoToken;
        var looked = await newTokens.Look(tx, request.Caller, request.NewSerial, request.NewOtp, now, ct);
        if (!looked.Succeeded(out var offered, out problem))
            return problem;

        // A right password of the old token is spared if the new one's is wrong: the user types them again.
        var reason = NewTokens.Judge(offered);
        if (reason != VerificationReason.None && passwords.WouldAccept(current, request.CurrentOtp, request.Caller, now))
            return await RefuseNew(tx, subject, request, offered, now, ct);
        var outcome = await passwords.Consume(tx, subject, current, request.CurrentOtp, request.Caller, now, ct);
        if (!outcome.Accepted)
            return await Refused(tx, subject, request, outcome, CurrentField, now, ct);
        if (reason != VerificationReason.None)
            return await RefuseNew(tx, subject, request, offered, now, ct); // the old one's was accepted by a hair: it stays used up
        return await Replace(tx, subject, request, offered, now, ct);
    }

    private async Task<Result<Receipt>> Replace(
        Tx tx, Subject subject, ExchangeToken request, OfferedToken offered, DateTimeOffset now, CancellationToken ct)
    {
        // Read again: the password that was just used up may have completed a renewal.
        var old = await tokens.ById(tx, subject.Token!.Id, ct) ?? throw new InvalidOperationException("A token vanished.");
        await newTokens.Take(tx, offered, subject, now, ct);
        await tokenUsers.Move(tx, old.Id, offered.Token.Id, ct);
        await tokenUsers.EndGrace(tx, offered.Token.Id, ct);
        if (!await retirement.Release(tx, old, now, ct))
            throw new LostRaceException($"Token {old.Id} changed after a password of it had been used up in the same change.");

        await journal.Write(tx, new Entry("token.replaced", request.Caller.Actor, old.InstitutionId)
        {
            ServiceId = request.ServiceId.Value,
            UserId = request.UserId.Value,
            Serial = old.Serial.Value,
            After = offered.Token.Serial.Value,
        }, now, ct);
        var receipt = await receipts.Accept(tx, new("token.exchanged", request.Caller, subject.Contract, subject.User, offered.Token.Id)
        {
            Before = old.Serial.Value,
            After = offered.Token.Serial.Value,
            Detail = ActingUsers.Note(request.ActingUserId),
        }, now, ct);
        return await tx.Commit(receipt with { Before = old.Serial.Value, After = offered.Token.Serial.Value }, ct);
    }

    private async Task<Problem> RefuseNew(Tx tx, Subject subject, ExchangeToken request, OfferedToken offered, DateTimeOffset now, CancellationToken ct)
    {
        await newTokens.Refuse(tx, offered, now, ct);
        var outcome = new PasswordOutcome(NewTokens.Judge(offered), offered.Token.Serial.Value);
        return await Refused(tx, subject, request, outcome, NewField, now, ct);
    }

    private Task<Problem> Refused(Tx tx, Subject subject, ExchangeToken request, PasswordOutcome outcome, string field, DateTimeOffset now, CancellationToken ct) =>
        InvalidOtp.Refuse(tx, journal, request.Caller, subject, "exchange.refused", outcome, field, now, ct);
}
