using System.Collections.Frozen;
using static KenshinOtp.Tokens.TokenAction;
using static KenshinOtp.Tokens.TokenStatus;

namespace KenshinOtp.Tokens;

public enum TokenStatus
{
    /// <summary>Issued by mail; the app has not fetched its secret.</summary>
    Issued,

    /// <summary>The app has the secret; no password has confirmed it.</summary>
    Activated,

    /// <summary>Made or imported; no user has registered it.</summary>
    Unbound,

    InUse,

    /// <summary>事故設定: stopped, can be lifted.</summary>
    Suspended,

    /// <summary>Too many wrong passwords; a person lifts it.</summary>
    Locked,

    /// <summary>Past its date; can be renewed.</summary>
    Expired,

    /// <summary>失効: dead for ever.</summary>
    Revoked,
}

/// <summary>What happens to a token.</summary>
public enum TokenAction
{
    Activate,
    Confirm,
    Register,
    Lock,
    Unlock,
    Suspend,
    Resume,
    Expire,

    /// <summary>The first password of a renewed secret was seen.</summary>
    CompleteRenewal,

    /// <summary>Nobody uses it any more: discontinued, exchanged, or left over when the contract changed its token mode.</summary>
    Release,
    Revoke,
}

/// <summary>The one table of what may happen to a token in which state, and where that leads.</summary>
public static class TokenTransitions
{
    private static readonly FrozenDictionary<(TokenStatus, TokenAction), TokenStatus> Table =
        new Dictionary<(TokenStatus, TokenAction), TokenStatus>
        {
            [(Issued, Activate)] = Activated,
            [(Issued, Suspend)] = Suspended,
            [(Issued, Revoke)] = Revoked,

            [(Activated, Activate)] = Activated, // an answer lost on the way must not strand the user
            [(Activated, Confirm)] = InUse,
            [(Activated, TokenAction.Lock)] = Locked,
            [(Activated, Suspend)] = Suspended,
            [(Activated, Revoke)] = Revoked,

            [(Unbound, Register)] = InUse,
            [(Unbound, Revoke)] = Revoked,

            [(InUse, TokenAction.Lock)] = Locked,
            [(InUse, Suspend)] = Suspended,
            [(InUse, Expire)] = Expired,
            [(InUse, CompleteRenewal)] = InUse,
            [(InUse, Revoke)] = Revoked,

            [(Expired, CompleteRenewal)] = InUse,
            [(Expired, TokenAction.Lock)] = Locked,
            [(Expired, Suspend)] = Suspended,
            [(Expired, Revoke)] = Revoked,

            [(Locked, Suspend)] = Suspended,
            [(Locked, Revoke)] = Revoked,

            [(Suspended, Revoke)] = Revoked,
        }.ToFrozenDictionary();

    /// <summary>Where the action leads from the token's stored state, or null where it may not happen.</summary>
    /// <param name="token">The token; lifting a hindrance leads back to where its own history says.</param>
    /// <param name="action">What is to happen.</param>
    /// <param name="lockAfter">The policy's bound: a token suspended while locked is locked again when it is resumed.</param>
    public static TokenStatus? After(this Token token, TokenAction action, int lockAfter) => (token.Status, action) switch
    {
        (InUse, Release) when token is { Kind: not TokenKind.MobileApp, NextSecret: null } => Unbound, // whoever has it may register it again
        (not Revoked and not Unbound, Release) => Revoked, // made by mail for one user, reported lost, lapsed, or half renewed
        (Locked, Unlock) => token.Unhindered,
        (Suspended, Resume) => token.Failures >= lockAfter ? Locked : token.Unhindered,
        var key => Table.TryGetValue(key, out var next) ? next : null,
    };
}
