using System;
using System.Collections.Generic;
using System.Linq;
using System.Reflection;
using System.Threading;
using System.Threading.Tasks;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace Sonoran.AspNetCore;

/// <summary>Ends the start of a host where a handler, or what it needs, needs a service that nobody added.</summary>
/// <remarks>
/// Each event would be answered, and then lost. Nothing is made to find that out: a constructor may well do what is for
/// an event alone. So what comes from a function, or as a type with open parameters, is not looked into.
/// </remarks>
internal sealed class EventHandlersCheck(IServiceCollection services, IServiceProviderIsService? known, IEnumerable<EventHandlers.Added> added) : IHostedService
{
    public Task StartAsync(CancellationToken cancellationToken)
    {
        // Containers that can't say what they have are of other makers.
        var missing = known is null ? [] : added.Select(handler => Missing(handler.Type, known, [])).Where(words => words is not null).ToList();
        return missing.Count == 0
            ? Task.CompletedTask
            : throw new InvalidOperationException(
                $"AddSonoranEvents: {string.Join("; ", missing)}. Without it no event can be handled: add it to the services.");
    }

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    /// <summary>Which service is missing to make another, in words; null where none is.</summary>
    private string? Missing(Type service, IServiceProviderIsService known, HashSet<Type> above)
    {
        if (services.LastOrDefault(other => other.ServiceType == service && !other.IsKeyedService)?.ImplementationType is not { } type || !above.Add(type))
        {
            return null;
        }

        // Of several, the container takes the longest that it can fill.
        var problems = type.GetConstructors()
            .Select(constructor => constructor.GetParameters())
            .OrderByDescending(parameters => parameters.Length)
            .Select(parameters => parameters.Select(parameter => Problem(type, parameter, known, above)).FirstOrDefault(words => words is not null))
            .ToList();
        above.Remove(type);
        return problems.Contains(null) ? null : problems.FirstOrDefault();
    }

    private string? Problem(Type type, ParameterInfo parameter, IServiceProviderIsService known, HashSet<Type> above)
    {
        if (parameter.HasDefaultValue || parameter.GetCustomAttribute<ServiceKeyAttribute>() is not null)
        {
            return null;
        }

        var (service, need) = (parameter.ParameterType, $"{Name(type)} needs {Name(parameter.ParameterType)}");
        if (parameter.GetCustomAttribute<FromKeyedServicesAttribute>()?.Key is { } key)
        {
            return known is IServiceProviderIsKeyedService keyed && !keyed.IsKeyedService(service, key) ? $"{need} of key {key}, which is not among the services" : null;
        }

        return !known.IsService(service) ? $"{need}, which is not among the services"
            : Missing(service, known, above) is { } words ? $"{need}, and {words}"
            : null;
    }

    private static string Name(Type type) => type.IsGenericType ? type.ToString() : type.Name;
}
