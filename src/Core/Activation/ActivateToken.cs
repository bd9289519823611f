using KenshinOtp.Audit;
using KenshinOtp.Contracts;
using KenshinOtp.Data;
using KenshinOtp.Institutions;
using KenshinOtp.Issuance;
using KenshinOtp.Otp;
using KenshinOtp.Results;
using KenshinOtp.Security;
using KenshinOtp.Tokens;

namespace KenshinOtp.Activation;

/// <param name="Code">The download code of the mail, as sent by the app.</param>
/// <param name="ServiceId">As typed.</param>
/// <param name="UserId">As typed.</param>
/// <param name="Pin">利用開始パスワード.</param>
/// <param name="Device">The device's public key, or null.</param>
/// <param name="Actor">The app and its address.</param>
public sealed record ActivateToken(BearerCode Code, string ServiceId, string UserId, ActivationPin Pin, DeviceKey? Device, Actor Actor);

/// <summary>
/// 初期設定: hands the secret to the app that knows the link, the IDs and the PIN. An unknown link, an unknown user and a wrong PIN look alike,
/// in text and in time. Whoever brings the code of a link that did exist had the mail, and is told when it is dead, whatever the IDs and the PIN.
/// </summary>
public sealed class ActivateTokenHandler(
    Database database, InstitutionStore institutions, ContractStore contracts, TokenStore tokens, IssuanceStore issuances, TokenSecrets secrets,
    PinHasher pins, Journal journal, TimeProvider time)
{
    private static readonly Problem Failed =
        Problem.Refused("activation_failed", "The link, the IDs and the PIN do not belong together.");

    private static readonly Problem Void =
        Problem.Refused("activation_void", "Too many wrong activations: the token must be issued again at the bank.");

    private static readonly Problem Expired =
        new(ProblemKind.Gone, "download_expired", "The link in the mail has expired, or a newer one has taken its place: open the newest mail, or let the bank send one.");

    public async Task<Result<Credential>> Handle(ActivateToken request, CancellationToken ct)
    {
        var now = time.GetUtcNow();
        Attempt? attempt;
        bool replaced;
        await using (var session = await database.Read(ct))
        {
            attempt = await Find(session, request.Code, ct);
            replaced = attempt is null && await issuances.WasReplaced(session, request.Code, ct);
        }

        var pinMatches = pins.Matches(request.Pin, attempt?.Issuance.PinHash);
        if (replaced)
            return Expired;
        if (attempt is null)
            return await NoteUnknown(request, now, ct);
        if (IsOver(attempt.Token, now))
            return Expired;
        if (attempt.Issuance.VoidedAt is not null)
            return Void;
        if (attempt.Issuance.CodeExpiresAt <= now)
            return Expired;
        var wrong = attempt.Wrong(request, pinMatches);
        return wrong.Count == 0 ? await Activate(attempt, request, now, ct) : await Fail(attempt, request, wrong, now, ct);
    }

    /// <summary>Most likely it was issued again: who opens the older mail must not be told to revoke the new token.</summary>
    private static bool IsOver(Token token, DateTimeOffset now) => token.StatusAt(now) is TokenStatus.Revoked or TokenStatus.Expired;

    private async Task<Attempt?> Find(Session session, BearerCode code, CancellationToken ct)
    {
        if (await issuances.ByCode(session, code, ct) is not { } issuance
            || await tokens.ById(session, issuance.TokenId, ct) is not { } token
            || await institutions.ById(session, token.InstitutionId, ct) is not { } institution
            || await contracts.ContactOf(session, issuance.UserRowId, ct) is not { } contact)
            return null;
        return new Attempt(issuance, token, institution, contact);
    }

    /// <remarks>Equal activations at once take turns at the issuance's row; each finds the token as the one before has left it, and the last one counts.</remarks>
    private async Task<Result<Credential>> Activate(Attempt attempt, ActivateToken request, DateTimeOffset now, CancellationToken ct)
    {
        var (policy, contact) = (attempt.Institution.Policy, attempt.Contact);
        await using var tx = await database.Begin(ct);
        if (!await issuances.Succeed(tx, attempt.Issuance, request.Code, ct))
            return await issuances.ByCode(tx, request.Code, ct) is null ? Expired : Void; // the mail was sent again, or the last wrong try was made, at this moment

        var token = await tokens.ById(tx, attempt.Token.Id, ct) ?? throw new InvalidOperationException("A token vanished.");
        if (IsOver(token, now))
            return Expired;
        if (token.After(TokenAction.Activate, policy.LockAfter) is not { } next)
            return TokenProblems.InvalidTransition(token.StatusAt(now));
        if (policy.RequireSealedDelivery && request.Device is null)
            return TokenProblems.SealedOnly;
        var secret = TokenSecret.Random(token.Algorithm);
        if (!await tokens.Activate(tx, token, next, secrets.Seal(token.Id, secret), now, ct))
            throw new LostRaceException("The token changed while it was activated: by its revocation, most likely.");
        await journal.Write(tx, attempt.Note("token.activated", request.Actor) with
        {
            Before = token.Status.ToRow(),
            After = next.ToRow(),
            Announce = true,
        }, now, ct);
        return await tx.Commit(
            Credential.Of(token, token.ExpiresAt, attempt.Institution, contact.ServiceId, contact.UserId, secret, request.Device, now), ct);
    }

    /// <summary>The app is told nothing of what was wrong; the clerk whom the customer then asks reads it in the audit trail.</summary>
    private async Task<Result<Credential>> Fail(Attempt attempt, ActivateToken request, IReadOnlyList<string> wrong, DateTimeOffset now, CancellationToken ct)
    {
        await using var tx = await database.Begin(ct);
        if (!await issuances.Fail(tx, attempt.Issuance, attempt.Institution.Policy.ActivationAttempts, now, ct))
            return Void;
        await journal.Write(tx, attempt.Note("activation.refused", request.Actor) with { After = string.Join(", ", wrong) }, now, ct);
        return await tx.Commit(Failed, ct);
    }

    /// <summary>Costs what a wrong PIN costs: one durable write.</summary>
    private async Task<Result<Credential>> NoteUnknown(ActivateToken request, DateTimeOffset now, CancellationToken ct)
    {
        await using var tx = await database.Begin(ct);
        await journal.Write(tx, new Entry("activation.refused", request.Actor, InstitutionId: ""), now, ct);
        return await tx.Commit(Failed, ct);
    }

    private sealed record Attempt(MailIssuance Issuance, Token Token, Institution Institution, UserContact Contact)
    {
        /// <summary>What of the three was wrong, as codes.</summary>
        public IReadOnlyList<string> Wrong(ActivateToken request, bool pinMatches)
        {
            List<string> wrong = [];
            if (!string.Equals(Contact.ServiceId, request.ServiceId, StringComparison.Ordinal))
                wrong.Add("service_id_mismatch");
            if (!string.Equals(Contact.UserId, request.UserId, StringComparison.Ordinal))
                wrong.Add("user_id_mismatch");
            if (!pinMatches)
                wrong.Add("pin_mismatch");
            return wrong;
        }

        public Entry Note(string action, Actor actor) => new(action, actor, Institution.Id)
        {
            ServiceId = Contact.ServiceId,
            UserId = Contact.UserId,
            Serial = Token.Serial.Value,
        };
    }
}
