using System.Security.Claims;
using KenshinOtp.DemoBank.Bank;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Authentication.Cookies;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.RazorPages;

namespace KenshinOtp.DemoBank.Pages;

/// <summary>The bank's own log-in: a stage door. The centre never asks for a password here.</summary>
public sealed class LoginModel : PageModel
{
    public string UserId { get; private set; } = Customers.All[0].UserId;

    public string? ReturnUrl { get; private set; }

    public bool Failed { get; private set; }

    public void OnGet(string? returnUrl) => ReturnUrl = returnUrl;

    public async Task<IActionResult> OnPost(string? userId, string? password, string? returnUrl)
    {
        if (Customers.Find(userId) is not { } customer || password != Customers.Password)
        {
            (Failed, ReturnUrl, UserId) = (true, returnUrl, userId ?? UserId);
            return Page();
        }

        var identity = new ClaimsIdentity([new Claim(ClaimTypes.Name, customer.UserId)], CookieAuthenticationDefaults.AuthenticationScheme);
        await HttpContext.SignInAsync(new ClaimsPrincipal(identity));
        return LocalRedirect(Url.IsLocalUrl(returnUrl) ? returnUrl : "/");
    }
}
