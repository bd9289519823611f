using KenshinOtp.Institutions;
using KenshinOtp.Otp;
using KenshinOtp.Security;

namespace KenshinOtp.Tokens;

/// <summary>What the app needs to compute passwords and to say whose they are. The secret is in one of two forms, never in both.</summary>
/// <param name="Serial">シリアル番号</param>
/// <param name="InstitutionName">金融機関</param>
/// <param name="AccentColor">The institution's colour, <c>#rrggbb</c>.</param>
/// <param name="ServiceId">The contract; null while nobody owns the token.</param>
/// <param name="UserId">The user; null while nobody owns the token.</param>
/// <param name="Algorithm">SHA1, SHA256 or SHA512.</param>
/// <param name="Digits">6 or 8.</param>
/// <param name="Period">Seconds.</param>
/// <param name="ExpiresAt">有効期限; null = never.</param>
/// <param name="RenewalOpensAt">From when it can be renewed; null = never.</param>
/// <param name="ServerTime">The centre's clock, for the app to compare with its own.</param>
/// <param name="Secret">Base 32 (RFC 4648 §6) without padding, for a device without a key of its own.</param>
/// <param name="SealedSecret">A compact JWE for the device's key.</param>
public sealed record Credential(
    string Serial, string InstitutionName, string AccentColor, string? ServiceId, string? UserId, string Algorithm, int Digits, int Period,
    DateTimeOffset? ExpiresAt, DateTimeOffset? RenewalOpensAt, DateTimeOffset ServerTime, string? Secret, string? SealedSecret)
{
    public static Credential Of(
        Token token, DateTimeOffset? expiresAt, Institution institution, string? serviceId, string? userId, TokenSecret secret, DeviceKey? device, DateTimeOffset now) => new(
        token.Serial.Value,
        institution.Name,
        institution.Policy.AccentColor,
        serviceId,
        userId,
        token.Algorithm.WireName(),
        token.Digits,
        token.Period,
        expiresAt,
        institution.Policy.RenewalOpensAt(expiresAt),
        now,
        device is null ? Base32.Encode(secret.Reveal()) : null,
        device is null ? null : Jwe.SealOctetKey(secret.Reveal(), device));

    public override string ToString() => $"credential of {Serial}";
}
