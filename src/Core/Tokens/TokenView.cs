using KenshinOtp.Data;
using KenshinOtp.Institutions;
using KenshinOtp.Issuance;
using KenshinOtp.Otp;
using KenshinOtp.Outbox;

namespace KenshinOtp.Tokens;

/// <summary>What others may see of a token: the <c>token</c> of the public contract. Mail addresses are masked, secrets are not there.</summary>
public sealed record TokenView(
    string Serial,
    TokenKind Kind,
    TokenStatus Status,
    string Algorithm,
    int Digits,
    int Period,
    DateTimeOffset? IssuedAt,
    DateTimeOffset? ActivatedAt,
    DateTimeOffset? ConfirmedAt,
    DateTimeOffset? ExpiresAt,
    DateTimeOffset? RenewalOpensAt,
    string? MobileEmail,
    MailStatus? Mail);

/// <summary>Puts together what is seen of a token from its row, its issuance and its mail.</summary>
public sealed class TokenViews(IssuanceStore issuances)
{
    public async Task<TokenView> Of(Session session, Token token, Policy policy, DateTimeOffset now, CancellationToken ct)
    {
        var issuance = token.Kind == TokenKind.MobileApp ? await issuances.OfToken(session, token.Id, ct) : null;
        return Of(new(token, issuance?.View), policy, now);
    }

    public static TokenView Of(ListedToken listed, Policy policy, DateTimeOffset now)
    {
        var (token, issuance) = listed;
        return new(
            token.Serial.Value,
            token.Kind,
            token.StatusAt(now),
            token.Algorithm.WireName(),
            token.Digits,
            token.Period,
            token.IssuedAt,
            token.ActivatedAt,
            token.ConfirmedAt,
            token.ExpiryAt(now),
            token.Kind == TokenKind.Hardware ? null : policy.RenewalOpensAt(token.ExpiryAt(now)),
            issuance?.MobileEmail?.Masked,
            issuance?.Mail);
    }
}
