using KenshinOtp.Data;
using KenshinOtp.Outbox;

namespace KenshinOtp.Issuance;

/// <summary>What is seen of an issuance beside its token; the PIN stays where it is.</summary>
/// <param name="MobileEmail">Where the mail goes; null once it was erased.</param>
/// <param name="VoidedAt">When too many failures made it void, or null.</param>
/// <param name="Mail">The state of the latest mail; null once it was withdrawn.</param>
public sealed record IssuanceView(MobileEmail? MobileEmail, DateTimeOffset? VoidedAt, MailStatus? Mail)
{
    /// <summary>What the column holds once the address is erased.</summary>
    internal const string Erased = "";

    /// <exception cref="FormatException">The row holds no address: it was not written by this program.</exception>
    internal static IssuanceView FromRow(string mobileEmail, long? voidedAt, string? mail) => new(
        mobileEmail == Erased ? null : Outbox.MobileEmail.TryParse(mobileEmail, out var email) ? email : throw new FormatException("Not an address in a row."),
        Instants.FromRow(voidedAt),
        mail is null || mail == MailStatus.Superseded.ToRow() ? null : EnumNames.Parse<MailStatus>(mail));
}
