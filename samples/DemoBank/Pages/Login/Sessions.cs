using System.Security.Claims;
using KenshinOtp.DemoBank.Bank;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Authentication.Cookies;

namespace KenshinOtp.DemoBank.Pages.Login;

internal static class Sessions
{
    /// <summary>Begins the customer's session at this bank.</summary>
    public static Task Admit(this HttpContext http, OpenBank bank, Customer customer)
    {
        var identity = new ClaimsIdentity([new Claim(ClaimTypes.Name, bank.SessionName(customer))], CookieAuthenticationDefaults.AuthenticationScheme);
        return http.SignInAsync(new ClaimsPrincipal(identity));
    }
}
