using KenshinOtp.Audit;
using KenshinOtp.Contracts;
using KenshinOtp.Data;
using KenshinOtp.Institutions;
using KenshinOtp.Otp;
using KenshinOtp.Receipts;
using KenshinOtp.Results;
using KenshinOtp.Tokens;
using KenshinOtp.Verification;

namespace KenshinOtp.Registration;

/// <param name="Caller">On whose behalf.</param>
/// <param name="ServiceId">The contract.</param>
/// <param name="UserId">Who will use the token.</param>
/// <param name="Serial">シリアル番号</param>
/// <param name="Otp">The password that the token shows.</param>
/// <param name="OtpAtLogin">Whether log-in shall ask for a password too; null leaves it as it is. It does only where the policy lists <c>login</c>.</param>
/// <param name="ActingUserId">The administrator who acts for the user, or null: the user's own doing.</param>
public sealed record RegisterToken(
    Caller Caller, ServiceId ServiceId, UserId UserId, SerialNumber Serial, OtpCode Otp, bool? OtpAtLogin, UserId? ActingUserId);

/// <summary>利用開始（利用登録）: binds a token by its serial number and a password that it shows.</summary>
public sealed class RegisterTokenHandler(
    Changes changes, Subjects subjects, ActingUsers acting, ContractStore contracts, TokenUsers tokenUsers, TokenStore tokens, NewTokens newTokens, PasswordCheck passwords,
    Knocks knocks, ReceiptBook receipts, Journal journal, TimeProvider time)
{
    public async Task<Result<Receipt>> Handle(RegisterToken request, CancellationToken ct)
    {
        await using var tx = await changes.Begin(ct);
        var now = time.GetUtcNow();
        var found = await subjects.Claim(tx, request.Caller.Institution, request.ServiceId, request.UserId, ct);
        if (!found.Succeeded(out var subject, out var problem))
            return problem;
        var actor = await acting.Find(tx, subject, request.Caller, request.ActingUserId, ct);
        if (!actor.Succeeded(out _, out problem))
            return problem;
        if (subject.LiveToken is { } live)
            return TokenProblems.InvalidTransition(live.StatusAt(now));

        var shared = await OfOthers(tx, subject, request, ct);
        var token = shared is null
            ? await Bind(tx, subject, request, now, ct)
            : await Join(tx, subject, shared, request, now, ct);
        if (!token.Succeeded(out var tokenId, out problem))
            return problem;

        await tokenUsers.EndGrace(tx, tokenId, ct);
        if (request.OtpAtLogin is { } otpAtLogin)
            await contracts.Choose(tx, subject.User, otpAtLogin, ct);
        return await tx.Commit(await receipts.Accept(tx, new("token.registered", request.Caller, subject.Contract, subject.User, tokenId)
        {
            After = request.Serial.Value,
            Detail = ActingUsers.Note(request.ActingUserId, Choice(request.OtpAtLogin)),
        }, now, ct), ct);
    }

    /// <summary>What was chosen for log-in, in the words in which <see cref="PutUserHandler"/> tells of the same choice.</summary>
    private static string? Choice(bool? otpAtLogin) => otpAtLogin switch { true => "otp at login", false => "no otp at login", null => null };

    /// <summary>The token, if other users of this contract use it and may share it.</summary>
    private async Task<Token?> OfOthers(Tx tx, Subject subject, RegisterToken request, CancellationToken ct) =>
        subject.Contract.TokenMode != TokenMode.Individual
        && await tokens.BySerial(tx, request.Caller.Institution.Id, request.Serial, ct) is { } token
        && token.ContractId == subject.Contract.Id && token.Status != TokenStatus.Revoked
            ? token
            : null;

    private async Task<Result<string>> Bind(Tx tx, Subject subject, RegisterToken request, DateTimeOffset now, CancellationToken ct)
    {
        var looked = await newTokens.Look(tx, request.Caller, request.Serial, request.Otp, now, ct);
        if (!looked.Succeeded(out var offered, out var problem))
            return problem;
        if (NewTokens.Judge(offered) is not VerificationReason.None and var reason)
        {
            await newTokens.Refuse(tx, offered, now, ct);
            return await Refused(tx, subject, request, new(reason, request.Serial.Value), now, ct);
        }

        await newTokens.Take(tx, offered, subject, now, ct);
        await tokenUsers.Assign(tx, subject.Contract, subject.User, offered.Token.Id, ct);
        return offered.Token.Id;
    }

    private async Task<Result<string>> Join(Tx tx, Subject subject, Token token, RegisterToken request, DateTimeOffset now, CancellationToken ct)
    {
        if (Knocks.Pause(token, now) is { } pause)
            return pause;
        if (passwords.Judge(token, request.Otp, request.Caller.Policy, now) is { Change: PasswordChange.Fail } wrong)
        {
            await knocks.Count(tx, token, now, ct); // whoever offers the token of others is not its user yet, and must not lock it
            return await Refused(tx, subject, request, new(wrong.Reason, token.Serial.Value), now, ct);
        }

        var outcome = await passwords.Consume(tx, subject, token, request.Otp, request.Caller, now, ct);
        if (!outcome.Accepted)
            return await Refused(tx, subject, request, outcome, now, ct);
        await tokenUsers.AssignTo(tx, subject.User, token.Id, ct);
        return token.Id;
    }

    private Task<Problem> Refused(Tx tx, Subject subject, RegisterToken request, PasswordOutcome outcome, DateTimeOffset now, CancellationToken ct) =>
        InvalidOtp.Refuse(tx, journal, request.Caller, subject, "registration.refused", outcome, field: null, now, ct);
}
