using KenshinOtp.Data;

namespace KenshinOtp.Contracts;

/// <summary>利用形態: who shares a token.</summary>
public enum TokenMode
{
    /// <summary>Every user of the contract uses the same token.</summary>
    Shared,

    /// <summary>Each user has an own token.</summary>
    Individual,

    /// <summary>Several users may share a token.</summary>
    Grouped,
}

public enum UserRole
{
    /// <summary>一般</summary>
    General,

    /// <summary>管理者: acts for the other users of the contract.</summary>
    Administrator,
}

/// <summary>ご契約先: a customer of the institution.</summary>
/// <param name="Id">Row id.</param>
/// <param name="InstitutionId">The institution it belongs to.</param>
/// <param name="ServiceId">Its key at the institution.</param>
/// <param name="Name">The customer's name.</param>
/// <param name="TokenMode">Who shares a token.</param>
/// <param name="Branch">The branch that looks after it, three digits, or null.</param>
/// <param name="CancelledAt">When it left the service, or null.</param>
public sealed record Contract(
    string Id, string InstitutionId, ServiceId ServiceId, string Name, TokenMode TokenMode, string? Branch, DateTimeOffset? CancelledAt);

/// <summary>利用者: a person of a contract.</summary>
/// <param name="Id">Row id.</param>
/// <param name="ContractId">The contract's row id.</param>
/// <param name="UserId">The person's key within the contract.</param>
/// <param name="DisplayName">The person's name.</param>
/// <param name="Role">Whether the person may act for others.</param>
/// <param name="OtpAtLogin">Whether the person chose to be asked for a password at log-in.</param>
/// <param name="TokenId">The token the person uses or used last; null if there never was one.</param>
public sealed record User(
    string Id, string ContractId, UserId UserId, string DisplayName, UserRole Role, bool OtpAtLogin, string? TokenId)
{
    /// <summary>A user as its row has it, whichever statement read it.</summary>
    /// <exception cref="FormatException">The row holds what nobody may have written.</exception>
    internal static User FromRow(string id, string contractId, string userId, string displayName, string role, int otpAtLogin, string? tokenId) =>
        UserId.TryParse(userId, out var parsed)
            ? new(id, contractId, parsed, displayName, EnumNames.Parse<UserRole>(role), otpAtLogin == 1, tokenId)
            : throw new FormatException("Not a user ID in a row.");
}
