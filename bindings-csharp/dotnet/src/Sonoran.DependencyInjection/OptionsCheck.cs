using System;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Options;

namespace Sonoran.DependencyInjection;

/// <summary>Finds out whether a client can be made with options, when the host starts and whenever they change.</summary>
/// <param name="name">The client's.</param>
/// <param name="configuration">Where its options come from, if from there.</param>
internal sealed class OptionsCheck(string name, IConfiguration? configuration) : IValidateOptions<SonoranClientOptions>
{
    public ValidateOptionsResult Validate(string? asked, SonoranClientOptions options)
    {
        if (asked != name)
        {
            return ValidateOptionsResult.Skip;
        }

        // What there is to warn of, the client tells that is made to be used.
        var own = options.onWarning;
        options.onWarning = static _ => { };
        try
        {
            // The core knows its options best. Nothing is sent until the first call.
            new SonoranClient(options).Dispose();
            return ValidateOptionsResult.Success;
        }
        catch (ArgumentException refused)
        {
            return ValidateOptionsResult.Fail($"{Place()}{(name.Length == 0 ? "" : $" ({name})")}: {refused.Message}");
        }
        finally
        {
            options.onWarning = own;
        }
    }

    private string Place() => configuration is not IConfigurationSection section ? "Sonoran"
        : section.Exists() ? section.Path
        : $"{section.Path}, a section that is empty or not there";
}
