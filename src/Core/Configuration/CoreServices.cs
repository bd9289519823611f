using KenshinOtp.Activation;
using KenshinOtp.Audit;
using KenshinOtp.Contracts;
using KenshinOtp.Data;
using KenshinOtp.Enrollment;
using KenshinOtp.Events;
using KenshinOtp.Housekeeping;
using KenshinOtp.Idempotency;
using KenshinOtp.Import;
using KenshinOtp.Institutions;
using KenshinOtp.Issuance;
using KenshinOtp.Moving;
using KenshinOtp.Outbox;
using KenshinOtp.Portal;
using KenshinOtp.Receipts;
using KenshinOtp.Registration;
using KenshinOtp.Renewal;
using KenshinOtp.Rotation;
using KenshinOtp.Security;
using KenshinOtp.Staff;
using KenshinOtp.Telemetry;
using KenshinOtp.Tokens;
using KenshinOtp.Verification;
using KenshinOtp.Withdrawal;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;

namespace KenshinOtp.Configuration;

/// <summary>Everything of Core that a host needs. Stores keep no state; handlers live as long as one call.</summary>
public static class CoreServices
{
    public static IServiceCollection AddKenshinOtp(this IServiceCollection services, Settings settings)
    {
        services.TryAddSingleton(TimeProvider.System);
        services.TryAddScoped<IWitness>(_ => NoWitness.Instance);
        return services
            .AddSingleton(settings)
            .AddSingleton(settings.Delivery)
            .AddSingleton(new PublicUrls(settings.PublicUrl))
            .AddSingleton<IKeyRing>(_ => OpenKeys(settings.KeysDirectory))
            .AddSingleton(_ => Engines.Find(settings.DatabaseProvider)!.Create(settings.DatabaseConnectionString))
            .AddSingleton<IMailTransport>(services => settings.Smtp is { } smtp ? MailLibrary.Smtp(smtp, services.GetRequiredService<TimeProvider>()) : new PickupTransport(settings.PickupDirectory))
            .AddSingleton<Database>().AddSingleton<Races>().AddSingleton<Migrator>().AddScoped<Changes>()
            .AddTelemetry()
            .AddStores()
            .AddAudit(settings)
            .AddHandlers()
            .AddJobs();
    }

    /// <summary>A folder that cannot be made or read is told by the setting's key.</summary>
    private static FileKeyRing OpenKeys(string directory)
    {
        try
        {
            return new FileKeyRing(directory);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new SettingsException([$"Keys__Directory: {e.Message}"]);
        }
    }

    // First of all that a host starts, so that it stops last: what is counted until then is handed over.
    private static IServiceCollection AddTelemetry(this IServiceCollection services) => services
        .AddMetrics().AddSingleton<Meters>().AddSingleton<WatchStore>().AddHostedService<OtlpExport>().AddHostedService<Gauges>();

    private static IServiceCollection AddStores(this IServiceCollection services) => services
        .AddSingleton<Sealer>().AddSingleton<KeyRegister>().AddSingleton<KeyCheck>().AddSingleton<HttpKeys>().AddSingleton<PinHasher>().AddSingleton<TokenSecrets>().AddSingleton<ReceiptNumbers>()
        .AddSingleton<KeyWatch>().AddHostedService(provider => provider.GetRequiredService<KeyWatch>()) // also without a host, in commands
        .AddSingleton<InstitutionStore>().AddSingleton<ContractStore>().AddSingleton<TokenUsers>()
        .AddSingleton<TokenStore>().AddSingleton<TokenListStore>().AddSingleton<IssuanceStore>()
        .AddSingleton<OutboxStore>().AddSingleton<BounceStore>().AddSingleton<MailErasure>().AddSingleton<MailFailures>().AddSingleton<ReceiptStore>().AddSingleton<AnswerStore>()
        .AddSingleton<Mails>().AddSingleton<TokenViews>().AddSingleton<ContractViews>().AddSingleton<Subjects>().AddSingleton<ActingUsers>()
        .AddSingleton<ReceiptBook>().AddSingleton<PasswordCheck>().AddSingleton<Proof>().AddSingleton<Retirement>()
        .AddSingleton<Knocks>().AddSingleton<RegistrationStore>().AddSingleton<NewTokens>().AddSingleton<TokenModes>()
        .AddSingleton<ImportStore>().AddSingleton<TokenStock>().AddSingleton<TokenActs>()
        .AddSingleton<SlowHash>().AddSingleton<StaffPasswords>().AddSingleton<StaffStore>().AddSingleton<StaffSessionStore>().AddSingleton<DraftStore>()
        .AddSingleton<DeliveryStore>().AddSingleton<StaffSearchStore>();

    private static IServiceCollection AddAudit(this IServiceCollection services, Settings settings) => services
        .AddSingleton<Journal>().AddSingleton<AuditChains>().AddSingleton<AuditMac>().AddSingleton<AuditStore>().AddSingleton<AuditSeals>().AddSingleton<AuditBases>()
        .AddSingleton(new AuditHead(settings.KeysDirectory)).AddSingleton<SealReader>().AddSingleton<AuditVerifier>().AddSingleton<ArchiveVerifier>()
        .AddSingleton<AuditThinning>().AddSingleton<AuditArchive>().AddSingleton<AuditQueries>().AddSingleton<AuditExport>();

    private static IServiceCollection AddHandlers(this IServiceCollection services) => services
        .AddSingleton<InstitutionDesk>().AddSingleton<ApiKeys>().AddSingleton<ContractQueries>().AddSingleton<TokenQueries>().AddSingleton<EventFeed>()
        .AddScoped<PutContractHandler>().AddScoped<PutUserHandler>().AddScoped<CancelContractHandler>()
        .AddScoped<IssueTokenHandler>().AddScoped<ResendMailHandler>().AddScoped<ActivateTokenHandler>().AddScoped<ConfirmTokenHandler>()
        .AddScoped<VerifyOtpHandler>().AddSingleton<VerificationWriter>().AddScoped<RenewTokenHandler>().AddScoped<RevokeTokenHandler>().AddScoped<HinderTokenHandler>()
        .AddScoped<EnrollTokenHandler>().AddScoped<RegisterTokenHandler>().AddScoped<ExchangeTokenHandler>().AddScoped<ResyncTokenHandler>()
        .AddScoped<CheckCurrentTokenHandler>().AddScoped<DiscontinueTokenHandler>().AddScoped<ChangeTokenModeHandler>().AddScoped<ImportTokensHandler>()
        .AddSingleton<StaffAccounts>().AddSingleton<StaffQueries>().AddSingleton<SignIn>().AddSingleton<StaffSessions>().AddSingleton<Paperwork>().AddSingleton<StaffDesk>().AddSingleton<ReceiptDesk>().AddSingleton<JobRuns>()
        .AddScoped<PaperResend>().AddSingleton<TakeBounceHandler>()
        .AddSingleton<Resealing>().AddSingleton<KeyUses>().AddSingleton<MissingKeys>().AddSingleton<KeyRotation>().AddSingleton<DatabaseMove>()
        .AddScoped<PortalSessions>().AddSingleton<SpentLinks>();

    private static IServiceCollection AddJobs(this IServiceCollection services) => services
        .AddSingleton<MailSettler>().AddSingleton<DeliverMailJob>().AddSingleton<ExpiryJob>().AddSingleton<GraceJob>().AddSingleton<CleanupJob>().AddSingleton<SealJob>();
}
