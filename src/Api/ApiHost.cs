using KenshinOtp.Api.Http;
using KenshinOtp.Api.Pages;
using KenshinOtp.Api.Pages.Portal;
using KenshinOtp.Api.Pages.Staff;
using KenshinOtp.Api.RelyingParty;
using KenshinOtp.Api.TokenApp;
using KenshinOtp.Configuration;
using KenshinOtp.Data;
using KenshinOtp.Issuance;
using KenshinOtp.Text;
using KenshinOtp.Worker.Jobs;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.DataProtection;
using Microsoft.AspNetCore.DataProtection.KeyManagement;
using Microsoft.Extensions.Configuration.Memory;
using Microsoft.Extensions.FileProviders;
using Microsoft.Extensions.Options;

namespace KenshinOtp.Api;

/// <summary>The API, the token apps, the hosted pages and the staff console as one application; the demo bank and the tests start it as <c>Program</c> does.</summary>
public static class ApiHost
{
    private const long MaxBodyBytes = 64 * 1024;

    // The framework would write several lines for every call: costly, and nobody reads them.
    private static readonly KeyValuePair<string, string?>[] Quiet = [KeyValuePair.Create("Logging:LogLevel:Microsoft.AspNetCore", (string?)"Warning")];

    /// <param name="args">Command line: settings as <c>--Key=value</c>.</param>
    /// <param name="configure">What a test or the demo does differently.</param>
    /// <exception cref="SettingsException">The configuration is not usable.</exception>
    public static WebApplication Build(string[] args, Action<WebApplicationBuilder>? configure = null)
    {
        var builder = WebApplication.CreateBuilder(new WebApplicationOptions
        {
            Args = args,
            ApplicationName = typeof(ApiHost).Assembly.GetName().Name,
            ContentRootPath = Settings.Folder,
        });
        builder.Configuration.Sources.Insert(0, new MemoryConfigurationSource { InitialData = Quiet }); // whatever else is configured wins
        configure?.Invoke(builder);
        var development = builder.Environment.IsDevelopment();
        builder.AddApi(Settings.Read(builder.Configuration, lenient: development, development, listens: true));
        var app = builder.Build();
        UnknownKeys.Tell(app.Services);
        app.UseApi();
        return app;
    }

    private static void AddApi(this WebApplicationBuilder builder, Settings settings)
    {
        var services = builder.Services;
        builder.WebHost.ConfigureKestrel(kestrel =>
        {
            kestrel.AddServerHeader = false;
            kestrel.Limits.MaxRequestBodySize = MaxBodyBytes;
        });
        services.AddHttpContextAccessor();
        services.AddScoped<CallMemory>().AddScoped<IWitness>(provider => provider.GetRequiredService<CallMemory>());
        services.AddKenshinOtp(settings);
        if (settings.JobsInProcess)
            services.AddJobEngine();

        services.SilenceRequestLogs();
        builder.Logging.AddFilter("Microsoft.Extensions.Hosting.Internal.Host", LogLevel.Critical); // what stands against a start Program tells: in a line, or a bug with its trace
        services.ConfigureHttpJsonOptions(options => WireJson.Configure(options.SerializerOptions));
        services.Configure<RouteHandlerOptions>(options => options.ThrowOnBadRequest = true);
        services.AddExceptionHandler<FaultHandler>().AddProblemDetails();
        services.AddAuthentication(ApiKeyAuthentication.SchemeName)
            .AddScheme<AuthenticationSchemeOptions, ApiKeyAuthentication>(ApiKeyAuthentication.SchemeName, configureOptions: null);
        services.AddAuthorization();
        services.AddDataProtection().SetApplicationName("KenshinOtp");
        builder.Logging.AddFilter(typeof(XmlKeyManager).FullName, LogLevel.Error); // it warns of keys that are not encrypted: it does not see that they are sealed
        services.AddSingleton<IConfigureOptions<KeyManagementOptions>, SharedKeys>();
        services.AddHealthChecks().AddCheck<ReadyCheck>("ready", failureStatus: null, tags: ["ready"], timeout: ReadyCheck.Patience);
        services.AddOpenApi("v1", OpenApiDocument.Describe);
        services.AddPages(new PublicUrls(settings.PublicUrl));
        AddRateLimits(services, settings.RateLimits);
    }

    private static void AddRateLimits(IServiceCollection services, RateLimitSettings limits)
    {
        services.AddSingleton(limits).AddSingleton<RateLimits>();
        services.AddRateLimiter(options =>
        {
            options.AddPolicy(RateLimits.RelyingParty, http => RateLimits.PerKey(http, limits));
            options.AddPolicy(RateLimits.Public, http => RateLimits.PerAddress(http, limits));
            options.RejectionStatusCode = StatusCodes.Status429TooManyRequests;
            options.OnRejected = (context, _) => new ValueTask(RateLimits.Refuse(context.HttpContext, context.Lease));
        });
    }

    private static void UseApi(this WebApplication app)
    {
        app.UsePublicScheme();
        app.UseSecretPaths();
        app.UseSecurityHeaders();
        app.UseExceptionHandler();
        app.UseProblemsForBareStatus();
        app.UsePortalMessages();
        app.UseStaffMessages();
        UseAssets(app);
        app.UseRouting();
        app.UseAuthentication();
        app.UseRateLimiter();
        app.UseAuthorization();
        app.UseNulGuard();
        app.UseMiddleware<IdempotencyMiddleware>();
        app.UseRerunsOfPages();

        var api = app.MapGroup("/api/v1").RequireAuthorization().RequireRateLimiting(RateLimits.RelyingParty).RunAgainAfterLostRaces();
        api.MapContracts();
        api.MapTokens();
        api.MapImport();
        api.MapVerifications();
        api.MapInstitution();
        app.MapTokenApp();
        app.MapDownload();
        app.MapPages();
        app.MapEnginePages();
        app.MapOpenApi("/openapi/{documentName}.json");
        app.MapHealthChecks("/health/live", new() { Predicate = _ => false });
        app.MapHealthChecks("/health/ready", new() { Predicate = check => check.Tags.Contains("ready") });
        app.MapGet("/", () => TypedResults.Redirect("/d")).ExcludeFromDescription();
    }

    /// <summary>The apps' files lie beside the program, wherever it was started from.</summary>
    private static void UseAssets(WebApplication app)
    {
        var files = new PhysicalFileProvider(Path.Combine(AppContext.BaseDirectory, "wwwroot"));
        app.UseDefaultFiles(new DefaultFilesOptions { FileProvider = files });
        app.UseStaticFiles(new StaticFileOptions
        {
            FileProvider = files,
            ContentTypeProvider = Assets.ContentTypes,
            OnPrepareResponse = context => context.Context.Response.Headers.CacheControl = "no-cache", // kept, but asked for each time
        });
    }
}
