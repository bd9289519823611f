using KenshinOtp.Contracts;
using KenshinOtp.Tokens;
using Microsoft.AspNetCore.Mvc;

namespace KenshinOtp.Api.Pages.Portal;

/// <summary>利用者一覧: the users of the contract, their tokens, and what an administrator may do for each now.</summary>
internal sealed class UsersModel(VisitorDesk desk, PortalTexts texts) : AdministratorModel(desk, texts)
{
    public IReadOnlyList<UserView> Users { get; private set; } = [];

    public bool MayChangeMode => Ways.OfContract(Visitor).Any(way => way.Path == PortalPaths.Mode);

    public bool IsVisitor(UserView user) => user.UserId == Visitor.Visit.UserId.Value;

    /// <summary>The text on who can act where this administrator cannot: on a token that is to be issued, or that is suspended.</summary>
    public string NoWays(UserView user) =>
        user.Token is not { Status: TokenStatus.Suspended } suspended ? "Users_NoWays"
        : Users.Any(other => other is { Role: UserRole.Administrator, Token: { Status: TokenStatus.InUse } token } && token.Serial != suspended.Serial) ? "Suspend_BackOwn"
        : "Suspend_BackBranch";

    public async Task<IActionResult> OnGetAsync(CancellationToken ct)
    {
        Users = await Desk.Users(Visitor, ct);
        return Page();
    }
}
