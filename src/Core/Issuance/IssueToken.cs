using KenshinOtp.Contracts;
using KenshinOtp.Data;
using KenshinOtp.Institutions;
using KenshinOtp.Outbox;
using KenshinOtp.Receipts;
using KenshinOtp.Results;
using KenshinOtp.Security;
using KenshinOtp.Tokens;
using KenshinOtp.Withdrawal;

namespace KenshinOtp.Issuance;

/// <param name="Caller">On whose behalf.</param>
/// <param name="ServiceId">The contract.</param>
/// <param name="UserId">The user who will use the token.</param>
/// <param name="MobileEmail">Where the link goes.</param>
/// <param name="Pin">What the app will ask for.</param>
public sealed record IssueToken(Caller Caller, ServiceId ServiceId, UserId UserId, MobileEmail MobileEmail, ActivationPin Pin);

/// <summary>トークン発行: makes the token and queues the mail, or neither.</summary>
public sealed class IssueTokenHandler(
    Changes changes, Subjects subjects, TokenUsers tokenUsers, TokenStore tokens, IssuanceStore issuances, OutboxStore outbox, Mails mails,
    Retirement retirement, PinHasher pins, ReceiptBook receipts, TimeProvider time)
{
    public async Task<Result<Receipt>> Handle(IssueToken request, CancellationToken ct)
    {
        var now = time.GetUtcNow();
        var pinHash = pins.Hash(request.Pin); // slow on purpose: before the transaction, not within

        await using var tx = await changes.Begin(ct);
        var found = await subjects.Claim(tx, request.Caller.Institution, request.ServiceId, request.UserId, ct);
        if (!found.Succeeded(out var subject, out var problem))
            return problem;
        if (await Refusal(tx, subject, request.Caller, now, ct) is { } refusal)
            return refusal;

        if (subject.LiveToken is { } abandoned)
        {
            if (!await retirement.Revoke(tx, abandoned, now, ct))
                throw new LostRaceException($"Token {abandoned.Id} changed while it was issued anew.");
            await receipts.Accept(tx, new("token.revoked", request.Caller, subject.Contract, subject.User, abandoned.Id)
            {
                Before = abandoned.StatusAt(now).ToRow(),
                After = TokenStatus.Revoked.ToRow(),
                Detail = "issued anew",
            }, now, ct);
        }

        var token = await Create(tx, subject, request, pinHash, now, ct);
        return await tx.Commit(await receipts.Accept(tx, new("token.issued", request.Caller, subject.Contract, subject.User, token.Id)
        {
            Before = subject.Token?.Serial.Value,
            After = token.Serial.Value,
        }, now, ct), ct);
    }

    /// <summary>When the cooling time after a token's end, or after its issuance if it never came into use, is over; null where there is none.</summary>
    public static DateTimeOffset? AvailableAt(Token token, MailIssuance? issuance, Policy policy) =>
        policy.ReissueCooldownMinutes == 0 ? null : (token.RevokedAt ?? issuance?.CreatedAt)?.AddMinutes(policy.ReissueCooldownMinutes);

    /// <summary>A token in use is revoked first; one never confirmed may be issued anew, both after the cooling time.</summary>
    private async Task<Problem?> Refusal(Session session, Subject subject, Caller caller, DateTimeOffset now, CancellationToken ct)
    {
        if (!caller.Institution.ProvisionsByMail)
            return Problem.Conflict("not_provisioned_by_mail", "This institution's tokens are registered by serial number.");
        if (subject.Token is not { } token)
            return null;
        if (token.Status is not (TokenStatus.Issued or TokenStatus.Activated or TokenStatus.Revoked))
            return TokenProblems.InvalidTransition(token.StatusAt(now));

        var issuance = await issuances.OfToken(session, token.Id, ct);
        var availableAt = AvailableAt(token, issuance, caller.Policy);
        return availableAt > now
            ? Problem.Conflict("too_soon", "A token can be issued again only after the cooling time.").With("availableAt", availableAt)
            : null;
    }

    private async Task<Token> Create(Tx tx, Subject subject, IssueToken request, string pinHash, DateTimeOffset now, CancellationToken ct)
    {
        var (institution, policy) = (request.Caller.Institution, request.Caller.Policy);
        var token = new Token
        {
            Id = Ids.New(now),
            InstitutionId = institution.Id,
            ContractId = subject.Contract.Id,
            HolderId = subject.User.Id,
            Kind = TokenKind.MobileApp,
            Serial = await tokens.FreeSerial(tx, institution.Policy.SerialPrefix, ct),
            Status = TokenStatus.Issued,
            Algorithm = policy.Algorithm,
            Digits = policy.Digits,
            Period = policy.Period,
            IssuedAt = now,
            ExpiresAt = policy.ExpiryFrom(now),
        };
        await tokens.Insert(tx, token, ct);
        await tokenUsers.Assign(tx, subject.Contract, subject.User, token.Id, ct);

        var code = MailIssuance.NewDownloadCode();
        var codeExpiresAt = MailIssuance.LinkEnd(token, policy, now);
        var mailId = await outbox.Insert(tx, mails.Download(institution, token.Id, request.MobileEmail, code, codeExpiresAt), now, ct);
        await issuances.Insert(tx, new MailIssuance
        {
            Id = Ids.New(now),
            TokenId = token.Id,
            UserRowId = subject.User.Id,
            MobileEmail = request.MobileEmail,
            PinHash = pinHash,
            CodeExpiresAt = codeExpiresAt,
            CreatedAt = now,
        }, code, mailId, ct);
        return token;
    }
}
