using System.Text.Encodings.Web;
using System.Text.Unicode;
using KenshinOtp.DemoBank.Bank;
using KenshinOtp.DemoBank.Mailbox;
using Microsoft.AspNetCore.Authentication.Cookies;
using Microsoft.AspNetCore.DataProtection;
using Microsoft.AspNetCore.Mvc.ApplicationParts;
using Microsoft.Extensions.FileProviders;

namespace KenshinOtp.DemoBank.Startup;

/// <summary>The demo banks: Razor Pages behind a cookie, the same for all banks. The first segment of an address names the bank.</summary>
internal static class BankHost
{
    private const string LoginPath = "/login";

    public static WebApplication Build(DemoOptions options, DemoDirectory directory, Banks banks)
    {
        var builder = WebApplication.CreateBuilder(new WebApplicationOptions
        {
            ApplicationName = typeof(BankHost).Assembly.GetName().Name,
            EnvironmentName = Environments.Production,
            ContentRootPath = AppContext.BaseDirectory,
        });
        builder.Configuration.AddInMemoryCollection(Centre.QuietLogs);
        builder.WebHost.UseUrls(options.BankUrl.AbsoluteUri).ConfigureKestrel(kestrel => kestrel.AddServerHeader = false);

        builder.Services.AddSingleton(options).AddSingleton(banks).AddSingleton(TimeProvider.System).AddSingleton(new PickupFolder(directory.Mail));
        builder.Services.AddHttpContextAccessor().AddScoped(services => services.GetRequiredService<IHttpContextAccessor>().HttpContext.Bank());
        builder.Services.AddHostedService<EventReader>();
        AddPages(builder.Services, directory);

        var app = builder.Build();
        app.UseExceptionHandler("/error");
        app.UseStatusCodePagesWithReExecute("/error/{0}");
        app.Use((http, next) => Guard(http, next, options));
        app.UseStaticFiles(new StaticFileOptions { FileProvider = new PhysicalFileProvider(Path.Combine(AppContext.BaseDirectory, "bankroot")) });
        app.MapWhen(http => http.Request.Path == "/accents.css", branch => branch.Run(http => Accents(http, banks)));
        app.Use((http, next) => Doors.Enter(http, next, banks));
        app.UseRouting();
        app.UseAuthentication();
        app.UseAuthorization();
        app.MapRazorPages();
        return app;
    }

    // Cookies know no ports: the names must differ from those that the centre sets on the same host. The path base keeps the banks' apart.
    private static void AddPages(IServiceCollection services, DemoDirectory directory)
    {
        services.AddDataProtection().SetApplicationName("KenshinOtp.DemoBank").PersistKeysToFileSystem(Directory.CreateDirectory(directory.BankKeys));
        services.AddAuthentication(CookieAuthenticationDefaults.AuthenticationScheme).AddCookie(cookie =>
        {
            cookie.LoginPath = LoginPath;
            cookie.LogoutPath = "/logout";
            cookie.ExpireTimeSpan = TimeSpan.FromMinutes(30);
            Name(cookie.Cookie, "demobank.session");
            cookie.Events.OnValidatePrincipal = OnlyOfThisBank;
        });
        services.AddAuthorization();
        services.AddAntiforgery(antiforgery => Name(antiforgery.Cookie, "demobank.form"));
        services.AddSingleton(HtmlEncoder.Create(UnicodeRanges.All));
        services.AddRazorPages(pages =>
            {
                pages.Conventions.AuthorizeFolder("/");
                foreach (var page in Doors.OpenToAll)
                    pages.Conventions.AllowAnonymousToPage(page);
            })
            .AddCookieTempDataProvider(tempData => Name(tempData.Cookie, "demobank.notice"))
            .ConfigureApplicationPartManager(OnlyOwnPages);
    }

    private static void Name(CookieBuilder cookie, string name)
    {
        cookie.Name = name;
        cookie.HttpOnly = true;
        cookie.SameSite = SameSiteMode.Lax;
    }

    private static Task OnlyOfThisBank(CookieValidatePrincipalContext session)
    {
        if (session.HttpContext.Features.Get<OpenBank>()?.Find(session.Principal) is null)
            session.RejectPrincipal();
        return Task.CompletedTask;
    }

    private static Task Accents(HttpContext http, Banks banks)
    {
        http.Response.ContentType = "text/css; charset=utf-8";
        return http.Response.WriteAsync(banks.Accents, http.RequestAborted);
    }

    /// <summary>The centre's pages are in an assembly that this one references; they are not the bank's.</summary>
    private static void OnlyOwnPages(ApplicationPartManager parts)
    {
        var own = typeof(BankHost).Assembly.GetName().Name;
        foreach (var part in parts.ApplicationParts.Where(part => part.Name != own).ToList())
            parts.ApplicationParts.Remove(part);
    }

    /// <summary>Nothing inline, nothing from elsewhere; forms may lead on to the centre's hosted pages.</summary>
    private static Task Guard(HttpContext http, RequestDelegate next, DemoOptions options)
    {
        var centre = options.ApiUrl.GetLeftPart(UriPartial.Authority);
        var headers = http.Response.Headers;
        headers.ContentSecurityPolicy =
            "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; base-uri 'none'; "
            + $"form-action 'self' {centre}; frame-ancestors 'none'";
        headers.XContentTypeOptions = "nosniff";
        headers["Referrer-Policy"] = "no-referrer";
        headers["Cross-Origin-Opener-Policy"] = "same-origin";
        headers.CacheControl = "no-cache, no-store"; // both words, as the antiforgery service asks
        return next(http);
    }
}
