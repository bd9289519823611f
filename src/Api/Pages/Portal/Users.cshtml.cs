using KenshinOtp.Contracts;
using Microsoft.AspNetCore.Mvc;

namespace KenshinOtp.Api.Pages.Portal;

/// <summary>利用者一覧: the users of the contract, their tokens, and what an administrator may do for each now.</summary>
internal sealed class UsersModel(VisitorDesk desk, PortalTexts texts) : AdministratorModel(desk, texts)
{
    public IReadOnlyList<UserView> Users { get; private set; } = [];

    public bool IsVisitor(UserView user) => user.UserId == Visitor.Visit.UserId.Value;

    public async Task<IActionResult> OnGetAsync(CancellationToken ct)
    {
        Users = await Desk.Users(Visitor, ct);
        return Page();
    }
}
