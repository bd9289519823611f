using System.Security.Cryptography;
using KenshinOtp.Otp;
using KenshinOtp.Tokens;
using Microsoft.AspNetCore.DataProtection;

namespace KenshinOtp.Api.Pages.Portal;

/// <summary>
/// The current token's password on its way from the first step of an exchange to the second, in a hidden field that only this centre reads, and only in
/// the same session for the same token. It opens nothing for longer than the password itself would, and nothing once that is used up.
/// </summary>
internal sealed class CarriedPassword(IDataProtectionProvider protection)
{
    private const string Purpose = "KenshinOtp.Portal.CurrentPassword";

    /// <param name="visitor">Whose session it stays in.</param>
    /// <param name="token">The token that showed it.</param>
    /// <param name="digits">A password that was found right.</param>
    public string Seal(Visitor visitor, Token token, string digits) => Protector(visitor, token).Protect(digits);

    /// <returns>The password, or null: this is none of ours.</returns>
    public OtpCode? Open(Visitor visitor, Token token, string field)
    {
        try
        {
            return OtpCode.TryParse(Protector(visitor, token).Unprotect(field), out var otp) ? otp : null;
        }
        catch (CryptographicException)
        {
            return null;
        }
    }

    private IDataProtector Protector(Visitor visitor, Token token) => protection.CreateProtector(Purpose, visitor.Visit.SessionId, token.Id);
}
