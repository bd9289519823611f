using KenshinOtp.Audit;
using KenshinOtp.Contracts;
using KenshinOtp.Data;
using KenshinOtp.Institutions;
using KenshinOtp.Otp;
using KenshinOtp.Outbox;
using KenshinOtp.Results;
using KenshinOtp.Security;
using KenshinOtp.Tokens;

namespace KenshinOtp.Renewal;

/// <param name="Serial">The token.</param>
/// <param name="Otp">The password that it shows now.</param>
/// <param name="Device">The device's public key, or null.</param>
/// <param name="Actor">The app and its address.</param>
public sealed record RenewToken(SerialNumber Serial, OtpCode Otp, DeviceKey? Device, Actor Actor);

/// <summary>
/// 有効期限更新: a new secret and a new expiry date on the same token, from the policy's day before the expiry and also after it. Old and new
/// secret both count until the first password of the new one is seen, so that an answer lost on the way locks nobody out.
/// </summary>
/// <remarks>
/// Anybody who knows a serial number can knock here. So wrong passwords are counted apart and slow down renewals alone: they never lock
/// the token at the bank. An unknown serial is answered like a wrong password (until the pause begins, which only a known one has).
/// </remarks>
public sealed class RenewTokenHandler(
    Database database, InstitutionStore institutions, TokenUsers tokenUsers, TokenStore tokens, TokenSecrets secrets, Knocks knocks, OutboxStore outbox,
    Journal journal, TimeProvider time)
{
    public async Task<Result<Credential>> Handle(RenewToken request, CancellationToken ct)
    {
        await using var tx = await database.Begin(ct);
        var now = time.GetUtcNow();
        if (await Find(tx, request, now, ct) is { } knock)
            return await Renew(tx, knock, request, now, ct);
        await NoteUnfit(tx, request, now, ct);
        return await tx.Commit(InvalidOtp(replayed: false), ct);
    }

    /// <summary>The answer does not tell an unknown serial from one of a token that is stopped; the trail of whoever owns that token does.</summary>
    private async Task NoteUnfit(Tx tx, RenewToken request, DateTimeOffset now, CancellationToken ct)
    {
        var known = await tokens.BySerial(tx, request.Serial, ct);
        foreach (var token in known)
            await Note(tx, request, token, token.StatusAt(now).ToRow(), now, ct);
        if (known.Count == 0)
            await journal.Write(tx, new("renewal.refused", request.Actor, InstitutionId: ""), now, ct);
    }

    private Task Note(Tx tx, RenewToken request, Token token, string? why, DateTimeOffset now, CancellationToken ct) =>
        journal.Write(tx, new("renewal.refused", request.Actor, token.InstitutionId) { Serial = token.Serial.Value, Detail = why }, now, ct);

    private static Problem InvalidOtp(bool replayed) => Problem.Refused("invalid_otp", "The password was not accepted; see reason.")
        .With("reason", replayed ? "otp_replayed" : "otp_mismatch");

    private static Problem NotOpen(DateTimeOffset? opensAt) =>
        Problem.Conflict("renewal_not_open", opensAt is null ? "This token does not expire: there is nothing to renew." : "The renewal has not opened yet.").With("opensAt", opensAt);

    /// <summary>A serial number is unique within its institution only: of several tokens, the one whose password it is.</summary>
    private async Task<Knock?> Find(Tx tx, RenewToken request, DateTimeOffset now, CancellationToken ct)
    {
        Knock? first = null;
        await tokens.Hold(tx, request.Serial, ct);
        foreach (var token in await tokens.BySerial(tx, request.Serial, ct))
        {
            if (token.Kind == TokenKind.Hardware // a device keeps its secret for life
                || token.Status is not (TokenStatus.InUse or TokenStatus.Expired)
                || await institutions.ById(tx, token.InstitutionId, ct) is not { } institution)
                continue;
            var window = new DriftWindow(Totp.StepAt(now, token.Period), token.Drift, institution.Policy.DriftSteps, token.Period);
            var knock = new Knock(token, institution, window)
            {
                RenewedStep = token.NextSecret is { } next ? Match(token, next, window, request, after: -1) : null,
                Step = Match(token, token.Secret!, window, request, token.LastStep),
            };
            if (knock.Found)
                return knock;
            first ??= knock;
        }

        return first;
    }

    private async Task<Result<Credential>> Renew(Tx tx, Knock knock, RenewToken request, DateTimeOffset now, CancellationToken ct)
    {
        var (token, institution, window) = knock;
        var policy = institution.Policy;
        if (Knocks.Pause(token, now) is { } pause)
            return pause;
        if (knock.Found && policy.RequireSealedDelivery && request.Device is null)
            return await UseUp(tx, knock, request, TokenProblems.SealedOnly, now, ct);

        if (knock.Renewed is { } renewed)
            return await Complete(tx, knock, renewed, request, now, ct);
        if (knock.Step is not { } step)
            return await Fail(tx, token, request, now, ct);
        if (step <= token.LastStep)
            return await Refuse(tx, request, token, InvalidOtp(replayed: true), "otp_replayed", now, ct);
        if (policy.RenewalOpensAt(token.ExpiresAt) is not { } opensAt || opensAt > now)
            return await UseUp(tx, knock, request, NotOpen(policy.RenewalOpensAt(token.ExpiresAt)), now, ct);

        return await Grant(tx, token, institution, request, (step, window.DriftAfter(step)), now, ct);
    }

    /// <summary>Nobody may try a password out here, to no avail, and then spend it at the bank.</summary>
    private async Task<Result<Credential>> UseUp(Tx tx, Knock knock, RenewToken request, Problem why, DateTimeOffset now, CancellationToken ct)
    {
        if (knock.Renewed is { } renewed)
            await Promote(tx, knock, renewed, request, now, ct);
        else if (knock.Step is { } step && step > knock.Token.LastStep)
            await tokens.Accept(tx, knock.Token, step, knock.Window.DriftAfter(step), now, ct);
        return await Refuse(tx, request, knock.Token, why, why.Code, now, ct);
    }

    private async Task<Result<Credential>> Refuse(
        Tx tx, RenewToken request, Token token, Problem problem, string? why, DateTimeOffset now, CancellationToken ct)
    {
        await Note(tx, request, token, why, now, ct);
        return await tx.Commit(problem, ct);
    }

    /// <summary>The app already has the new secret: this is its first password. Where even that secret is near its date by now, it is renewed at once.</summary>
    private async Task<Result<Credential>> Complete(
        Tx tx, Knock knock, (TokenStatus Status, long Step) renewed, RenewToken request, DateTimeOffset now, CancellationToken ct)
    {
        var (token, institution, window) = knock;
        var (opensAt, drift) = (institution.Policy.RenewalOpensAt(token.NextExpiresAt), window.DriftAfter(renewed.Step));
        var isOpen = opensAt <= now;
        await Promote(tx, knock, isOpen ? (renewed.Status, renewed.Step - 1) : renewed, request, now, ct); // the grant uses the step up
        if (!isOpen)
            return await tx.Commit(NotOpen(opensAt), ct);
        var promoted = await tokens.ById(tx, token.Id, ct) ?? throw new InvalidOperationException("A token vanished.");
        return await Grant(tx, promoted, institution, request, (renewed.Step, drift), now, ct);
    }

    private async Task Promote(
        Tx tx, Knock knock, (TokenStatus Status, long Step) renewed, RenewToken request, DateTimeOffset now, CancellationToken ct)
    {
        var token = knock.Token;
        if (!await tokens.Promote(tx, token, renewed.Status, renewed.Step, knock.Window.DriftAfter(renewed.Step), ct))
            throw new LostRaceException($"Token {token.Id} changed while its renewal was completed.");
        await journal.Write(tx, new Entry("renewal.completed", request.Actor, token.InstitutionId) { Serial = token.Serial.Value }, now, ct);
    }

    private async Task<Result<Credential>> Grant(
        Tx tx, Token token, Institution institution, RenewToken request, (long Step, int Drift) used, DateTimeOffset now, CancellationToken ct)
    {
        var secret = TokenSecret.Random(token.Algorithm);
        var expiresAt = institution.Policy.ExpiryFrom(now);
        if (!await tokens.Renew(tx, token, secrets.Seal(token.Id, secret), expiresAt, used.Step, used.Drift, ct))
            return InvalidOtp(replayed: true); // another call used this password at the same moment

        await outbox.Supersede(tx, token.Id, MailPurpose.RenewalNotice, ct);
        var contact = await tokenUsers.ContactOfToken(tx, token.Id, ct);
        await journal.Write(tx, new Entry("token.renewed", request.Actor, institution.Id)
        {
            ServiceId = contact?.ServiceId,
            UserId = contact?.UserId,
            Serial = token.Serial.Value,
            Before = token.ExpiresAt?.ToWire(),
            After = expiresAt?.ToWire(),
            Announce = true,
        }, now, ct);
        return await tx.Commit(Credential.Of(token, expiresAt, institution, contact?.ServiceId, contact?.UserId, secret, request.Device, now), ct);
    }

    private async Task<Result<Credential>> Fail(Tx tx, Token token, RenewToken request, DateTimeOffset now, CancellationToken ct)
    {
        await knocks.Count(tx, token, now, ct);
        return await Refuse(tx, request, token, InvalidOtp(replayed: false), why: null, now, ct);
    }

    private long? Match(Token token, string sealedSecret, DriftWindow window, RenewToken request, long after) =>
        window.Match(secrets.Open(token.Id, sealedSecret), token.Algorithm, token.Digits, request.Otp, after);

    /// <summary>A password at the door of one token, and the steps in which it was found.</summary>
    private sealed record Knock(Token Token, Institution Institution, DriftWindow Window)
    {
        public long? RenewedStep { get; init; }

        public long? Step { get; init; }

        public bool Found => RenewedStep is not null || Step is not null;

        /// <summary>The state in which the password of a renewed secret puts the token, and its step; null if it is none.</summary>
        public (TokenStatus Status, long Step)? Renewed =>
            RenewedStep is { } step && Token.After(TokenAction.CompleteRenewal, Institution.Policy.LockAfter) is { } status ? (status, step) : null;
    }
}
