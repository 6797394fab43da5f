/*
 * A Vulkan driver that is another one, named by DISGUISED_DRIVER, in all but what it calls itself: a discrete GPU that
 * nobody has heard of. With the CPU's SwiftShader inside, programs see what they see on a machine with a GPU.
 */
#include <dlfcn.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Of vulkan_core.h, as much as it takes. */
enum { DISCRETE_GPU = 2, DRIVER_PROPERTIES = 1000196000 };
struct Properties { uint32_t apiVersion, driverVersion, vendorID, deviceID, deviceType; char deviceName[256]; };
struct Chained { uint32_t sType; struct Chained *pNext; };
struct Properties2 { uint32_t sType; struct Chained *pNext; struct Properties properties; };
struct DriverProperties { uint32_t sType; struct Chained *pNext; uint32_t driverID; char driverName[256], driverInfo[256]; };

typedef void (*Function)(void);
typedef Function (*Lookup)(void *instance, const char *name);

static Function inside(const char *name) {
  static void *library;
  if (!library) library = dlopen(getenv("DISGUISED_DRIVER"), RTLD_NOW | RTLD_LOCAL);
  if (!library) {
    fprintf(stderr, "%s\n", dlerror());
    abort();
  }
  return (Function)dlsym(library, name);
}

static void disguise(struct Properties *properties) {
  properties->vendorID = properties->deviceID = 1;
  properties->deviceType = DISCRETE_GPU;
  strcpy(properties->deviceName, "Disguised GPU");
}

static void (*innerProperties)(void *device, struct Properties *);
static void getProperties(void *device, struct Properties *properties) {
  innerProperties(device, properties);
  disguise(properties);
}

static void (*innerProperties2)(void *device, struct Properties2 *);
static void getProperties2(void *device, struct Properties2 *properties) {
  innerProperties2(device, properties);
  disguise(&properties->properties);
  for (struct Chained *next = properties->pNext; next; next = next->pNext)
    if (next->sType == DRIVER_PROPERTIES) {
      strcpy(((struct DriverProperties *)next)->driverName, "Disguised GPU");
      strcpy(((struct DriverProperties *)next)->driverInfo, "1");
    }
}

/* What is inside, or what stands before it. */
static Function disguised(const char *name, Function inner) {
  if (!inner || strncmp(name, "vkGetPhysicalDeviceProperties", 29)) return inner;
  if (!name[29]) {
    innerProperties = (void (*)(void *, struct Properties *))inner;
    return (Function)getProperties;
  }
  if (strcmp(name + 29, "2") && strcmp(name + 29, "2KHR")) return inner;
  innerProperties2 = (void (*)(void *, struct Properties2 *))inner;
  return (Function)getProperties2;
}

Function vk_icdGetInstanceProcAddr(void *instance, const char *name) {
  return disguised(name, ((Lookup)inside("vk_icdGetInstanceProcAddr"))(instance, name));
}

Function vk_icdGetPhysicalDeviceProcAddr(void *instance, const char *name) {
  Lookup lookup = (Lookup)inside("vk_icdGetPhysicalDeviceProcAddr");
  return lookup ? disguised(name, lookup(instance, name)) : 0;
}

int vk_icdNegotiateLoaderICDInterfaceVersion(uint32_t *version) {
  return ((int (*)(uint32_t *))inside("vk_icdNegotiateLoaderICDInterfaceVersion"))(version);
}
