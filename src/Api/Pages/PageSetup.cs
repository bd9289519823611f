using KenshinOtp.Api.Pages.Portal;
using KenshinOtp.Api.Pages.Staff;
using KenshinOtp.Issuance;
using Microsoft.Extensions.WebEncoders;

namespace KenshinOtp.Api.Pages;

/// <summary>What both families of pages need, the hosted ones and the staff console.</summary>
internal static class PageSetup
{
    public static void AddPages(this IServiceCollection services, PublicUrls urls)
    {
        services.AddRazorPages().AddApplicationPart(typeof(PageSetup).Assembly);
        services.AddAntiforgery(options =>
        {
            options.Cookie.Name = "kotp_af";
            options.Cookie.HttpOnly = true;
            options.Cookie.SameSite = SameSiteMode.Lax; // not Strict: a page that another site leads to would begin a new one, and void the forms of all other tabs
            options.Cookie.SecurePolicy = urls.AreSecure ? CookieSecurePolicy.Always : CookieSecurePolicy.SameAsRequest;
            options.SuppressXFrameOptionsHeader = true; // the Content-Security-Policy forbids frames altogether
        });
        services.Configure<WebEncoderOptions>(options => options.TextEncoderSettings = new(System.Text.Unicode.UnicodeRanges.All));
        services.AddScoped<PageTexts>(provider => StaffPaths.Owns(provider.GetRequiredService<IHttpContextAccessor>().HttpContext!.Request.Path)
            ? provider.GetRequiredService<StaffTexts>()
            : provider.GetRequiredService<PortalTexts>());
        services.AddPortal();
        services.AddStaffConsole();
        services.AddStaffWork();
    }

    public static void MapPages(this IEndpointRouteBuilder routes)
    {
        routes.MapGet(AccentSheet.Route, Accent).ExcludeFromDescription();
        routes.MapRazorPages();
        routes.MapPortal();
        routes.MapStaffConsole();
    }

    private static IResult Accent(string hex, HttpContext http)
    {
        if (AccentSheet.Of(hex) is not { } sheet)
            return TypedResults.NotFound();
        http.Response.Headers.CacheControl = "public, max-age=31536000, immutable";
        return TypedResults.Text(sheet, "text/css");
    }
}
