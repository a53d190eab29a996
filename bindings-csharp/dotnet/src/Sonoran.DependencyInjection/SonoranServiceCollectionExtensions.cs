using System;
using System.Linq;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Sonoran;
using Sonoran.DependencyInjection;

// Where the services' own Add methods are, so that no further using is needed.
namespace Microsoft.Extensions.DependencyInjection;

/// <summary>Adds clients of the Sonoran API to a host's services.</summary>
public static class SonoranServiceCollectionExtensions
{
    /// <summary>Adds a <see cref="SonoranClient"/>, one for the whole application, with options from its configuration.</summary>
    /// <param name="services">The services.</param>
    /// <param name="configuration">A section whose entries are named as the options are, whatever their case: <c>ApiKey</c>, <c>CommunityId</c>.</param>
    /// <returns>For options to be added, such as what depends on other services.</returns>
    /// <remarks>
    /// <para>The options are checked when the host starts, and the error says what is wrong. Where the configuration is
    /// reloaded with others, such as a new API key, the next calls are made with them. Wrong ones are logged once and not taken: neither the reload
    /// nor whoever asks for the options sees an exception, and all go on with the last good ones.</para>
    /// <para>Refused are entries of a section that are no option, where the whole configuration is given those whose names are nearly an
    /// option's; values of another form than the option's; and times that are a bare number, which .NET reads as days: 30 seconds are
    /// <c>00:00:30</c>.</para>
    /// <para>Attempts that fail and long waits go to the log, category <c>Sonoran.SonoranClient</c>; see <see cref="SonoranLogging"/>.</para>
    /// </remarks>
    /// <example>
    /// <code>
    /// builder.Services.AddSonoran(builder.Configuration.GetSection("Sonoran"));
    /// </code>
    /// </example>
    public static OptionsBuilder<SonoranClientOptions> AddSonoran(this IServiceCollection services, IConfiguration configuration) =>
        AddSonoran(services, Options.Options.DefaultName, configuration);

    /// <inheritdoc cref="AddSonoran(IServiceCollection, IConfiguration)"/>
    /// <summary>Adds a <see cref="SonoranClient"/>, one for the whole application, with options that a function sets.</summary>
    /// <param name="services">The services.</param>
    /// <param name="configure">Sets the options.</param>
    public static OptionsBuilder<SonoranClientOptions> AddSonoran(this IServiceCollection services, Action<SonoranClientOptions> configure) =>
        AddSonoran(services, Options.Options.DefaultName, configure);

    /// <inheritdoc cref="AddSonoran(IServiceCollection, IConfiguration)"/>
    /// <summary>Adds one of several clients, with a name: a keyed service, to be asked for with <c>[FromKeyedServices("name")]</c>.</summary>
    /// <param name="services">The services.</param>
    /// <param name="name">The name, such as that of a community.</param>
    /// <param name="configuration">A section with the options of this client.</param>
    public static OptionsBuilder<SonoranClientOptions> AddSonoran(this IServiceCollection services, string name, IConfiguration configuration)
    {
        ArgumentNullException.ThrowIfNull(configuration);
        var added = Add(services, name).Bind(configuration);
        Check(services, name).Configurations.Add(configuration);
        return added;
    }

    /// <inheritdoc cref="AddSonoran(IServiceCollection, string, IConfiguration)"/>
    /// <param name="services">The services.</param>
    /// <param name="name">The name, such as that of a community.</param>
    /// <param name="configure">Sets the options of this client.</param>
    public static OptionsBuilder<SonoranClientOptions> AddSonoran(this IServiceCollection services, string name, Action<SonoranClientOptions> configure)
    {
        ArgumentNullException.ThrowIfNull(configure);
        return Add(services, name).Configure(configure);
    }

    /// <summary>The check of a client's options, one however often the client is added, so that nothing is told twice.</summary>
    private static OptionsCheck Check(IServiceCollection services, string name)
    {
        var check = services.Where(service => !service.IsKeyedService).Select(service => service.ImplementationInstance).OfType<OptionsCheck>().FirstOrDefault(one => one.Name == name);
        if (check is null)
        {
            check = new OptionsCheck(name);
            services.AddSingleton<IValidateOptions<SonoranClientOptions>>(check);
        }

        return check;
    }

    private static OptionsBuilder<SonoranClientOptions> Add(IServiceCollection services, string name)
    {
        ArgumentNullException.ThrowIfNull(services);
        ArgumentNullException.ThrowIfNull(name);
        _ = Check(services, name);
        services.TryAddSingleton<IOptionsFactory<SonoranClientOptions>, LastGoodOptions>();
        // Of its own, since who disposes of a client is the one who made it: the services.
        services.AddKeyedSingleton(name, (provider, _) => new RenewedClient(
            provider.GetRequiredService<IOptionsMonitor<SonoranClientOptions>>(),
            provider.GetRequiredService<IOptionsFactory<SonoranClientOptions>>() is LastGoodOptions last ? last.Refused : _ => false,
            name,
            provider.GetService<ILoggerFactory>()));
        if (name.Length == 0)
        {
            services.TryAddSingleton(provider => provider.GetRequiredKeyedService<RenewedClient>(name).Client);
            services.TryAddSingleton<ISonoranClient>(provider => provider.GetRequiredService<SonoranClient>());
        }
        else
        {
            services.TryAddKeyedSingleton(name, (provider, _) => provider.GetRequiredKeyedService<RenewedClient>(name).Client);
            services.TryAddKeyedSingleton<ISonoranClient>(name, (provider, _) => provider.GetRequiredKeyedService<SonoranClient>(name));
        }

        return services.AddOptions<SonoranClientOptions>(name).ValidateOnStart();
    }
}
