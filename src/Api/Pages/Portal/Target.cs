using KenshinOtp.Contracts;
using KenshinOtp.Tokens;

namespace KenshinOtp.Api.Pages.Portal;

/// <summary>Whom a page concerns: the visitor, or a user of the same contract for whom the visitor, an administrator, acts.</summary>
internal sealed record Target(Visitor Visitor, Subject Subject, UserView View)
{
    public bool IsOther => Subject.User.Id != Visitor.Subject.User.Id;

    public UserId UserId => Subject.User.UserId;

    /// <summary>Who acts for the user; null for the user in person.</summary>
    public UserId? ActingUserId => IsOther ? Visitor.Visit.UserId : null;

    public TokenStatus? Status => Subject.Token?.StatusAt(Visitor.Now);

    /// <summary>The address of a page about the same user.</summary>
    public string At(string path) => PortalPaths.For(path, IsOther ? UserId.Value : null);
}

/// <summary>A live token and the users who use it.</summary>
internal sealed record TokenUse(Token Token, IReadOnlyList<User> Users);
