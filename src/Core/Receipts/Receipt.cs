using System.Text.Json.Serialization;
using KenshinOtp.Tokens;

namespace KenshinOtp.Receipts;

/// <summary>What the caller holds in hand for an accepted request: 受付番号 and 受付時刻, and the token as it is now.</summary>
/// <param name="ReceiptNumber">12 characters.</param>
/// <param name="AcceptedAt">The instant of the change.</param>
/// <param name="ServiceId">The contract.</param>
/// <param name="UserId">The user; null where the request concerned the whole contract.</param>
/// <param name="Token">The token after the change; null where the request concerned the whole contract.</param>
public sealed record Receipt(string ReceiptNumber, DateTimeOffset AcceptedAt, string ServiceId, string? UserId, TokenView? Token)
{
    /// <summary>The serial number that went; only of an exchange.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? Before { get; init; }

    /// <summary>The serial number that came; only of an exchange.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? After { get; init; }
}
